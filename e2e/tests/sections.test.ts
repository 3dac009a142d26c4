import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

/*
 * A long document stands in sections, of which the browser draws only what is in view. These stories are told at the borders between
 * sections and far outside the view, where one would notice.
 */

const PARAGRAPHS = 2_400

test("what is far below is found, shown and printed", async ({ alice }) => {
  await openLong(alice)
  expect(await alice.page.evaluate("window.find('paragraph 2222 of many', true, false, true)")).toBe(true)
  await expect(paragraph(alice, 2222)).toBeInViewport()

  await alice.page.emulateMedia({ media: "print" })
  const pdf = await alice.page.pdf({ format: "A4" })
  expect(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeGreaterThan(PARAGRAPHS / 60)
  await alice.page.emulateMedia({ media: null })
})

test("a screen reader gets every paragraph, and hears of no sections", async ({ person }) => {
  const reader = await person("reader", { screenReader: true })
  await openLong(reader)
  const said = await readAloud(reader)
  const texts = said.filter(({ role }) => role === "StaticText").map(({ name }) => name)
  expect(texts).toEqual(Array.from({ length: PARAGRAPHS }, (_, i) => textOf(i + 1)))
  const kinds = new Set(said.map(({ role }) => role))
  expect([...kinds].filter((role) => !["paragraph", "StaticText", "InlineTextBox"].includes(role))).toEqual([])
})

test("everything is copied without a trace of sections, pasted elsewhere, and typed over", async ({ alice }) => {
  await openLong(alice)
  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+a")
  await alice.page.keyboard.press("ControlOrMeta+c")
  const [text, html] = await alice.page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const read = async (type: string): Promise<string> => (await (await item?.getType(type))?.text()) ?? ""
    return [await read("text/plain"), await read("text/html")] as const
  })
  expect(text.split("\n\n")).toHaveLength(PARAGRAPHS)
  expect(html).not.toContain("section")
  await alice.page.keyboard.type("all gone")
  await expect(alice.editor).toHaveText("all gone")

  await alice.page.keyboard.press("ControlOrMeta+a")
  await alice.page.keyboard.press("ControlOrMeta+v")
  await expect(blocks(alice)).toHaveCount(PARAGRAPHS)
  await alice.page.keyboard.press("ControlOrMeta+z")
  await expect(alice.editor).toHaveText("all gone")
})

test("the caret goes to the end and back, keeps in view, and undo shows where it was", async ({ alice }) => {
  await openLong(alice)
  await alice.type("The end.", "end")
  await expect(paragraph(alice, PARAGRAPHS)).toBeInViewport()
  await expect(paragraph(alice, PARAGRAPHS)).toHaveText(`${textOf(PARAGRAPHS)}The end.`)
  await alice.type("The start.", "start")
  await expect(paragraph(alice, 1)).toBeInViewport()
  await expect(paragraph(alice, 1)).toHaveText(`The start.${textOf(1)}`)
  await alice.page.keyboard.press("ControlOrMeta+z")
  await alice.page.keyboard.press("ControlOrMeta+z")
  await expect(paragraph(alice, PARAGRAPHS)).toBeInViewport()
  await expect(alice.editor).not.toContainText("The end.")
})

test("keys and mouse know no border between two sections", async ({ alice, bob }) => {
  const document = await openLong(alice)
  await bob.openDocument(document)
  await bob.canWrite()
  const last = await lastBeforeBorder(alice)
  const [above, below] = [paragraph(alice, last), paragraph(alice, last + 1)]
  await above.scrollIntoViewIfNeeded()

  // Down over the border and up again, with a letter in each line.
  await above.click({ position: { x: 2, y: 8 } })
  await alice.page.keyboard.press("End")
  await alice.page.keyboard.press("ArrowRight")
  await alice.page.keyboard.type("B")
  await alice.page.keyboard.press("ArrowUp")
  await alice.page.keyboard.press("Home")
  await alice.page.keyboard.type("A")
  await expect(above).toHaveText(`A${textOf(last)}`)
  await expect(below).toHaveText(`B${textOf(last + 1)}`)

  // Joined, split again, and joined from the other side.
  await alice.page.keyboard.press("ArrowDown")
  await alice.page.keyboard.press("Home")
  await alice.page.keyboard.press("Backspace")
  await expect(above).toHaveText(`A${textOf(last)}B${textOf(last + 1)}`)
  await alice.page.keyboard.press("Enter")
  await expect(below).toHaveText(`B${textOf(last + 1)}`)
  await alice.page.keyboard.press("ArrowLeft")
  await alice.page.keyboard.press("Delete")
  await expect(above).toHaveText(`A${textOf(last)}B${textOf(last + 1)}`)
  await expect(blocks(alice)).toHaveCount(PARAGRAPHS - 1)
  await expect(paragraph(bob, last)).toHaveText(`A${textOf(last)}B${textOf(last + 1)}`)
  await alice.isTold("Saved")
})

test("keys go on from a caret that is out of view", async ({ alice }) => {
  await openLong(alice)
  const last = await lastBeforeBorder(alice)
  for (const [key, from, to, letter] of [
    ["ArrowDown", last, last + 1, "D"],
    ["ArrowUp", last + 1, last, "U"],
    ["ControlOrMeta+ArrowRight", last, last + 1, "R"],
  ] as const) {
    await paragraph(alice, from).click()
    await alice.page.keyboard.press("End")
    await alice.page.evaluate(() => scrollTo(0, 0))
    await expect(paragraph(alice, from)).not.toBeInViewport()
    await alice.page.keyboard.press(key)
    await expect(paragraph(alice, to)).toBeInViewport()
    await alice.page.keyboard.type(letter)
    await expect(paragraph(alice, to)).toContainText(letter)
  }
  await alice.page.evaluate(() => scrollTo(0, 0))
  await alice.page.keyboard.press("ControlOrMeta+Shift+End")
  await alice.page.keyboard.press("Delete")
  await expect(blocks(alice)).toHaveCount(last + 1)
})

test("a selection is drawn with the mouse over a border, deleted, and dragged over another", async ({ alice }) => {
  await openLong(alice)
  const last = await lastBeforeBorder(alice)
  await paragraph(alice, last).scrollIntoViewIfNeeded()
  const [from, to] = [await boxOf(alice, last), await boxOf(alice, last + 1)]
  await alice.page.mouse.move(from.x, from.y)
  await alice.page.mouse.down()
  await alice.page.mouse.move(to.x, to.y, { steps: 5 })
  await alice.page.mouse.up()
  await alice.page.keyboard.press("Delete")
  await expect(paragraph(alice, last)).toHaveText(textOf(last + 1))
  await expect(blocks(alice)).toHaveCount(PARAGRAPHS - 1)
  await alice.page.keyboard.press("ControlOrMeta+z")
  await expect(paragraph(alice, last)).toHaveText(textOf(last))

  // The first word of the paragraph above the border is dragged before that of the one below.
  const border = await lastBeforeBorder(alice)
  await paragraph(alice, border).scrollIntoViewIfNeeded()
  const [source, target] = [await boxOf(alice, border), await boxOf(alice, border + 1)]
  await alice.page.mouse.click(source.x + 200, source.y)
  await alice.page.keyboard.press("Home")
  for (let letter = 0; letter < "paragraph".length; letter++) await alice.page.keyboard.press("Shift+ArrowRight")
  await alice.page.mouse.move(source.x + 8, source.y)
  await alice.page.mouse.down()
  // Chromium takes a press on selected text for the beginning of a drag only when it was held for a moment.
  await alice.page.waitForFunction(
    (since) => performance.now() - since > 300,
    await alice.page.evaluate(() => performance.now()),
  )
  await alice.page.mouse.move(target.x + 40, target.y, { steps: 8 })
  await alice.page.mouse.move(target.x, target.y, { steps: 8 })
  await alice.page.mouse.up()
  await expect(paragraph(alice, border)).toHaveText(textOf(border).replace("paragraph", ""))
  await expect(paragraph(alice, border + 1)).toHaveText(`paragraph${textOf(border + 1)}`)
})

test("words on both sides of a border are dragged away from it, and a paragraph over it by its handle", async ({
  alice,
}) => {
  await openLong(alice)
  const last = await lastBeforeBorder(alice)
  const { keyboard, mouse } = alice.page
  await paragraph(alice, last).scrollIntoViewIfNeeded()
  const word = "paragraph ".length
  const end = await boxOf(alice, last + 3)
  const start = await boxOf(alice, last)
  await mouse.click(start.x + 200, start.y)
  await keyboard.press("Home")
  for (let letter = 0; letter < word; letter++) await keyboard.press("ArrowRight")
  await keyboard.press("Shift+ArrowDown")
  await keyboard.press("Shift+Home")
  for (let letter = 0; letter < word; letter++) await keyboard.press("Shift+ArrowRight")
  await mouse.move(start.x + 130, start.y)
  await mouse.down()
  await alice.page.waitForFunction(
    (since) => performance.now() - since > 300,
    await alice.page.evaluate(() => performance.now()),
  )
  await mouse.move(end.x + 400, end.y - 2, { steps: 8 })
  await mouse.move(end.x + 400, end.y, { steps: 8 })
  await mouse.up()
  await expect(paragraph(alice, last)).toHaveText(`paragraph ${textOf(last + 1).slice(word)}`)
  await expect(paragraph(alice, last + 2)).toHaveText(`${textOf(last + 3)}${textOf(last).slice(word)}`)
  await expect(paragraph(alice, last + 3)).toHaveText("paragraph ")
  await expect(blocks(alice)).toHaveCount(PARAGRAPHS)
  await keyboard.press("ControlOrMeta+z")
  await expect(paragraph(alice, last)).toHaveText(textOf(last))
  await expect(paragraph(alice, last + 3)).toHaveText(textOf(last + 3))

  const border = await lastBeforeBorder(alice)
  await paragraph(alice, border).hover()
  const target = await boxOf(alice, border + 1)
  await alice.page.getByRole("button", { name: "Drag to move" }).hover()
  await mouse.down()
  await mouse.move(target.x + 20, target.y + 2, { steps: 4 })
  await mouse.move(target.x + 20, target.y + 6, { steps: 4 })
  await mouse.up()
  await expect(paragraph(alice, border)).toHaveText(textOf(border + 1))
  await expect(paragraph(alice, border + 1)).toHaveText(textOf(border))
  await expect(blocks(alice)).toHaveCount(PARAGRAPHS)
})

test("an ordered list counts on over borders, also when an item far above goes", async ({ alice }) => {
  await alice.createDocument()
  await alice.paste(`<ol>${Array.from({ length: 400 }, (_, i) => `<li>item ${i + 1} of the list</li>`).join("")}</ol>`)
  await expect(blocks(alice)).toHaveCount(400)
  const border = await lastBeforeBorder(alice)
  for (const item of [border, border + 1, 399])
    expect(await spokenItem(alice, item)).toBe(`${item}.item ${item} of the list`)
  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+Home")
  await alice.page.keyboard.press("Shift+ArrowDown")
  await alice.page.keyboard.press("Delete")
  await expect(blocks(alice)).toHaveCount(399)
  for (const item of [border, border + 1, 398])
    expect(await spokenItem(alice, item)).toBe(`${item}.item ${item + 1} of the list`)
})

function textOf(number: number): string {
  return `paragraph ${number} of many`
}

async function openLong(person: Person): Promise<string> {
  const document = await person.createDocument()
  await person.paste(Array.from({ length: PARAGRAPHS }, (_, i) => `<p>${textOf(i + 1)}</p>`).join(""))
  await expect(blocks(person)).toHaveCount(PARAGRAPHS)
  await person.isTold("Saved", 60_000)
  return document
}

function blocks(person: Person): ReturnType<Person["editor"]["locator"]> {
  return person.editor.locator("[data-kind]")
}

/** Counted from 1, as the paragraphs call themselves. */
function paragraph(person: Person, number: number): ReturnType<typeof blocks> {
  return blocks(person).nth(number - 1)
}

/** The number of a paragraph behind which a section ends, in the middle of the document. */
async function lastBeforeBorder({ editor }: Person): Promise<number> {
  const number = await editor.evaluate((element) => {
    const sections = [...element.children]
    const half = Math.max(1, Math.floor(sections.length / 2))
    return sections.slice(0, half).reduce((count, { childElementCount }) => count + childElementCount, 0)
  })
  expect(number).toBeGreaterThan(0)
  expect(await editor.evaluate((element) => element.childElementCount)).toBeGreaterThan(1)
  return number
}

/** The middle of the left edge of a paragraph's first line, in CSS pixels of the viewport. */
async function boxOf(person: Person, number: number): Promise<{ x: number; y: number }> {
  const box = await paragraph(person, number).boundingBox()
  if (box === null) throw new Error(`paragraph ${number} is not on the page`)
  return { x: box.x + 1, y: box.y + box.height / 2 }
}

/** An item as a screen reader says it, with its number: the style sheet makes that, so the page's own code cannot see it. */
async function spokenItem({ page, editor }: Person, item: number): Promise<string> {
  const tools = await page.context().newCDPSession(page)
  await editor.evaluate((element, at) => {
    const block = element.querySelectorAll("[data-kind]")[at - 1]
    block?.scrollIntoView()
    Object.assign(globalThis, { itemAsked: block })
  }, item)
  const { result } = await tools.send("Runtime.evaluate", { expression: "globalThis.itemAsked" })
  const { nodes } = await tools.send("Accessibility.queryAXTree", {
    ...(result.objectId === undefined ? {} : { objectId: result.objectId }),
    role: "StaticText",
  })
  await tools.detach()
  return nodes.map(({ name }) => String(name?.value ?? "")).join("")
}

/** What is said of everything in the document, in order. */
async function readAloud({ page }: Person): Promise<{ role: string; name: string }[]> {
  const tools = await page.context().newCDPSession(page)
  const { nodes } = await tools.send("Accessibility.getFullAXTree")
  await tools.detach()
  const byId = new Map(nodes.map((node) => [node.nodeId, node]))
  const said: { role: string; name: string }[] = []
  const read = (ids: readonly string[]): void => {
    for (const id of ids) {
      const node = byId.get(id)
      if (node === undefined) continue
      if (!node.ignored) said.push({ role: String(node.role?.value), name: String(node.name?.value ?? "") })
      read(node.childIds ?? [])
    }
  }
  read(nodes.find(({ name, role }) => role?.value === "textbox" && name?.value === "Document")?.childIds ?? [])
  return said
}
