import { expect, test } from "../fixtures/test.ts"

test("two people type at once over a slow network (200 ms each way) and end with one text", async ({ alice, bob }) => {
  alice.network.slowDown(200)
  bob.network.slowDown(200)
  const document = await alice.createDocument()
  await alice.type("|")
  await bob.openDocument(document)
  await bob.sees("|")
  await Promise.all([alice.type("Alice begins with a sentence. ", "start"), bob.type(" Bob ends with another one.")])
  await Promise.all([alice.page.keyboard.press("Enter"), bob.page.keyboard.press("Enter")])
  await Promise.all([alice.page.keyboard.type("## Hers"), bob.page.keyboard.type("- his")])
  for (const who of [alice, bob]) {
    for (const words of ["Alice begins with a sentence. ", "Hers", "Bob ends with another one.", "his"])
      await who.sees(words)
    await who.isTold("Saved")
  }
  expect(await alice.editor.innerHTML()).toBe(await bob.editor.innerHTML())
})

test("after a reconnect undo still takes back what was written before and during the absence, and nothing of the other's", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.type("Before. ")
  await bob.openDocument(document)
  await bob.sees("Before.")
  await alice.goOffline()
  await alice.isTold("Offline")
  await alice.page.keyboard.press("Enter")
  await alice.page.keyboard.type("Away.")
  await bob.type("Bob: ", "start")
  await alice.goOnline()
  await alice.sees("Bob: Before.")
  await bob.sees("Away.")
  await alice.isTold("Saved")

  await alice.editor.focus()
  for (let step = 0; step < 6; step++) await alice.page.keyboard.press("ControlOrMeta+z")
  await expect(bob.editor).toHaveText("Bob: ")
  await expect(alice.editor).toHaveText("Bob: ")
  for (let step = 0; step < 6; step++) await alice.page.keyboard.press("ControlOrMeta+Shift+z")
  await bob.sees("Bob: Before.")
  await bob.sees("Away.")
  expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())
})

test("lists, headings and what other programs copy arrive at the other's as they were meant", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await bob.openDocument(document)
  await bob.canWrite()
  const { keyboard } = alice.page
  await alice.type("# Title")
  await keyboard.press("Enter")
  await keyboard.type("- one")
  await keyboard.press("Enter")
  await keyboard.press("Tab")
  await keyboard.type("deeper")
  await keyboard.press("Enter")
  await keyboard.press("Enter")
  await keyboard.press("Enter")
  await keyboard.type("plain **bold** text")
  await keyboard.press("Enter")
  await keyboard.type("[] task")
  await keyboard.press("Enter")
  await keyboard.press("Backspace")
  await alice.paste(GOOGLE_DOCS)
  await keyboard.press("Enter")
  await alice.paste(WORD)
  await alice.isTold("Saved")

  for (const who of [alice, bob]) {
    const { editor } = who
    await expect(editor.locator("h1", { hasText: "Title" })).toBeVisible()
    await expect(editor.locator("strong", { hasText: /^bold$/ })).toBeVisible()
    await expect(editor.locator("strong", { hasText: "fat from Docs" })).toBeVisible()
    await expect(editor.locator("em", { hasText: "slanted" })).toBeVisible()
    await expect(editor.locator("h2", { hasText: "A Docs heading" })).toBeVisible()
    await expect(editor.getByText("first of Word", { exact: true })).toBeVisible()
    await expect(editor).not.toContainText("·")
    await expect(editor).not.toContainText("mso")
    // What was pasted as thin is not bold for having lain in Docs' wrapper.
    await expect(editor.locator("strong", { hasText: "thin" })).toHaveCount(0)
  }
  expect(await bob.editor.innerText()).toBe(await alice.editor.innerText())
  expect(await blocksOf(bob)).toEqual(await blocksOf(alice))
  expect(await blocksOf(alice)).toEqual([
    "Title",
    "• one",
    "  • deeper",
    "plain bold text",
    "task task",
    "A Docs heading",
    "thin fat from Docs slanted",
    "• point",
    "  • point below",
    "Word says",
    "• first of Word",
    "• second of Word",
  ])
})

/** The blocks as they are, marked as lists by what the page says of them. */
async function blocksOf({ editor }: { readonly editor: import("@playwright/test").Locator }): Promise<string[]> {
  return editor.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>("[data-kind]")].map((block) => {
      const list = block.dataset["list"]
      const indent = "  ".repeat(Number(block.dataset["indent"] ?? 0))
      return list === undefined
        ? (block.textContent ?? "")
        : `${indent}${list === "bullet" ? "•" : list} ${block.textContent ?? ""}`
    }),
  )
}

const GOOGLE_DOCS = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span style="font-weight:400">A Docs heading</span></h2><p dir="ltr" style="line-height:1.38"><span style="font-weight:400;font-style:normal">thin </span><span style="font-weight:700;font-style:normal">fat from Docs</span><span style="font-weight:400"> </span><span style="font-weight:400;font-style:italic">slanted</span></p><ul><li dir="ltr" aria-level="1"><p dir="ltr" role="presentation"><span style="font-weight:400">point</span></p></li><ul><li dir="ltr" aria-level="2"><p dir="ltr" role="presentation"><span style="font-weight:400">point below</span></p></li></ul></ul></b>`

const WORD = `<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head><style>p.MsoNormal{margin:0}</style></head><body><!--StartFragment--><p class="MsoNormal">Word says<o:p></o:p></p><p class="MsoListParagraphCxSpFirst" style="text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="font-family:Symbol;mso-list:Ignore">·<span style="font:7.0pt 'Times New Roman'">&nbsp;&nbsp;&nbsp; </span></span><![endif]>first of Word<o:p></o:p></p><p class="MsoListParagraphCxSpLast" style="text-indent:-18.0pt;mso-list:l0 level1 lfo1"><![if !supportLists]><span style="font-family:Symbol;mso-list:Ignore">·<span style="font:7.0pt 'Times New Roman'">&nbsp;&nbsp;&nbsp; </span></span><![endif]>second of Word<o:p></o:p></p><!--EndFragment--></body></html>`
