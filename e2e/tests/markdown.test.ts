import type { Page } from "@playwright/test"
import { readFile } from "node:fs/promises"
import { expect, test } from "../fixtures/test.ts"

const MARKDOWN = `# Plan for *us*

Some **bold** words.

- [x] begun
  1. deep

\`\`\`ts
const a = 1
\`\`\`
`

/** As the app writes it: a title has no formats. */
const WRITTEN = MARKDOWN.replace("*us*", "us")

test("a Markdown file becomes a document that others can open, and comes back as it was", async ({ alice, bob }) => {
  await alice.goHome()
  await importFile(alice.page, "notes.md", MARKDOWN)
  await alice.canWrite()
  await expect(alice.title).toHaveValue("Plan for us")
  await expect(alice.editor.locator("strong")).toHaveText("bold")
  await alice.isTold("Saved")

  await bob.openDocument(new URL(alice.page.url()).pathname)
  await bob.sees("const a = 1")
  await bob.page.getByRole("button", { name: "More" }).click()
  const download = bob.page.waitForEvent("download")
  await bob.page.getByRole("button", { name: "Download as Markdown" }).click()
  const file = await download
  expect(file.suggestedFilename()).toBe("Plan for us.md")
  expect(await readFile(await file.path(), "utf8")).toBe(WRITTEN)

  await bob.page.getByRole("button", { name: "Copy as Markdown" }).click()
  await expect(bob.page.getByText("It is on your clipboard.")).toBeVisible()
  expect(await bob.page.evaluate(() => navigator.clipboard.readText())).toBe(WRITTEN)
})

test("a file is imported with no network, and reaches the server later", async ({ alice, bob }) => {
  await alice.goHome()
  await alice.canOpenOffline()
  await alice.goOffline()
  await importFile(alice.page, "shopping list.md", "- milk\n- bread\n")
  await alice.canWrite()
  await expect(alice.title).toHaveValue("shopping list")
  await alice.goOnline()
  await alice.isTold("Saved")
  await bob.openDocument(new URL(alice.page.url()).pathname)
  await bob.sees("milk")
})

async function importFile(page: Page, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser")
  await page.getByRole("button", { name: "Import Markdown" }).click()
  await (await chooser).setFiles({ name, mimeType: "text/markdown", buffer: Buffer.from(text) })
}
