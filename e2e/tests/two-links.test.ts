import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

test("a link for reading: what is written appears, nothing can be written, a copy can be made", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.type("Alice wrote this.")
  await alice.isTold("Saved")
  const forReading = await linkForReading(alice)
  expect(forReading).toMatch(/^\/r\/[\w-]{22}$/)
  expect(forReading).not.toContain(document.slice("/d/".length))

  await bob.openDocument(forReading)
  await bob.sees("Alice wrote this.")
  await expect(bob.editor).toHaveAttribute("contenteditable", "false")
  await expect(bob.page.getByRole("complementary", { name: "Notice" })).toContainText("You may read this document")
  await alice.type(" And this.")
  await bob.sees("Alice wrote this. And this.")
  await expect(alice.others.getByRole("listitem")).toHaveCount(2)

  // Of the two links a reader can hand on one.
  const dialog = await openShare(bob)
  await expect(dialog.getByRole("textbox", { name: "Link for reading" })).toHaveValue(new RegExp(`${forReading}$`))
  await expect(dialog.getByRole("textbox", { name: "Link for writing" })).toBeHidden()
  await bob.page.keyboard.press("Escape")
  expect(await bob.page.content()).not.toContain(document.slice("/d/".length))

  await bob.page.getByRole("button", { name: "Make a copy" }).click()
  await bob.canWrite()
  await bob.type(" Bob's own.")
  await bob.isTold("Saved")
  await bob.sees("Alice wrote this. And this. Bob's own.")
  await expect(alice.editor).not.toContainText("Bob")
})

test("a link for reading that is taken away stops those who have it open", async ({ alice, bob }) => {
  await alice.createDocument()
  await alice.type("For a while.")
  await alice.isTold("Saved")
  const forReading = await linkForReading(alice)
  await bob.openDocument(forReading)
  await bob.sees("For a while.")

  const dialog = await openShare(alice)
  await dialog.getByRole("button", { name: "Remove this link for reading" }).click()
  await expect(dialog.getByRole("button", { name: "Make a link for reading" })).toBeVisible()
  await isShutOut(bob)
  await alice.page.keyboard.press("Escape")
  await alice.type(" Only for us.")
  await alice.isTold("Saved")
  await expect(bob.editor).not.toContainText("Only for us.")
})

test("a new link for writing: whoever made it goes on, the old one opens nothing", async ({ alice, bob, person }) => {
  const old = await alice.createDocument()
  await alice.type("Our plan.")
  await alice.isTold("Saved")
  const forReading = await linkForReading(alice)
  await bob.openDocument(old)
  await bob.sees("Our plan.")
  const carol = await person("carol")
  await carol.openDocument(forReading)
  await carol.sees("Our plan.")

  const dialog = await openShare(alice)
  await dialog.getByRole("button", { name: "Make a new link for writing" }).click()
  const question = dialog.getByRole("group", { name: "Make a new link for writing?" })
  await question.getByRole("button", { name: "Keep this link" }).click()
  expect(new URL(alice.page.url()).pathname).toBe(old)
  await dialog.getByRole("button", { name: "Make a new link for writing" }).click()
  await question.getByRole("button", { name: "Make a new link" }).click()
  await expect(alice.page).not.toHaveURL(new RegExp(`${old}$`))
  await alice.canWrite()
  await alice.type(" Now without Bob.")
  await alice.isTold("Saved")
  await carol.sees("Our plan. Now without Bob.")

  await isShutOut(bob)
  await expect(bob.editor).not.toContainText("without Bob")
  await bob.page.reload()
  await isShutOut(bob)
  await bob.openDocument(new URL(alice.page.url()).pathname)
  await bob.sees("Now without Bob.")
  await bob.type(" With Bob again.")
  await alice.sees("With Bob again.")

  // The list of documents has the one that can be opened.
  await alice.goHome()
  await expect(alice.page.getByRole("listitem").getByRole("link")).toHaveCount(1)
})

async function isShutOut({ page }: Person): Promise<void> {
  const notice = page.getByRole("complementary", { name: "Notice" })
  await expect(notice).toContainText("You are not allowed to open this document.")
  await expect(notice.getByRole("button", { name: "Save as a new document" })).toBeVisible()
}

async function openShare({ page }: Person): Promise<ReturnType<Person["page"]["getByRole"]>> {
  await page.getByRole("button", { name: "Share", exact: true }).click()
  return page.getByRole("dialog", { name: "Share this document" })
}

/** @returns its path */
async function linkForReading(person: Person): Promise<string> {
  const dialog = await openShare(person)
  const link = await dialog.getByRole("textbox", { name: "Link for reading" }).inputValue()
  await person.page.keyboard.press("Escape")
  return new URL(link).pathname
}
