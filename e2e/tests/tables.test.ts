import type { Locator } from "@playwright/test"
import { isForEverybody } from "../fixtures/for-everybody.ts"
import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

/** The cell of a row and column, counted from 0. */
function cell(person: Person, row: number, column: number): Locator {
  return person.editor.locator("tr").nth(row).locator("td, th").nth(column)
}

function rows(person: Person): Promise<string[][]> {
  return person.editor
    .locator("tr")
    .evaluateAll((lines) => lines.map((line) => [...line.children].map((each) => each.textContent ?? "")))
}

async function insertTable(person: Person): Promise<void> {
  await person.editor.focus()
  await person.page.getByRole("button", { name: "Table", exact: true }).click()
  await expect(person.editor.locator("table")).toBeVisible()
}

async function choose(person: Person, item: string): Promise<void> {
  await person.page.getByRole("button", { name: "Table options" }).click()
  await person.page.getByRole("menuitem", { name: item, exact: true }).click()
}

async function boxOf(place: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await place.boundingBox()
  if (box === null) throw new Error("it is not on the page")
  return box
}

test("two people write in one table, apart and together, and it is there again after a reload", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.type("Who brings what")
  await insertTable(alice)
  await alice.page.keyboard.type("Name")
  await alice.page.keyboard.press("Tab")
  await alice.page.keyboard.type("Brings")
  await bob.openDocument(document)
  await expect(cell(bob, 0, 1)).toHaveText("Brings")

  await cell(bob, 1, 0).click()
  await bob.page.keyboard.type("Bob")
  await expect(cell(alice, 1, 0)).toHaveText("Bob")

  await alice.canOpenOffline()
  await bob.goOffline()
  await cell(bob, 1, 1).click()
  await bob.page.keyboard.type("bread")
  await choose(bob, "Insert row below")
  await cell(alice, 1, 1).click()
  await alice.page.keyboard.type("and ")
  await choose(alice, "Insert column right")
  await bob.goOnline()

  const both = async (person: Person): Promise<void> => {
    await expect.poll(async () => (await rows(person)).map((line) => line.length)).toEqual([4, 4, 4, 4])
    await expect(cell(person, 1, 1)).toHaveText(/^(and bread|breadand )$/)
    await expect(cell(person, 0, 0)).toHaveText("Name")
  }
  await both(alice)
  await both(bob)
  expect(await rows(alice)).toEqual(await rows(bob))

  await bob.isTold("Saved")
  await bob.page.reload()
  await bob.canWrite()
  await both(bob)
})

test("a table with the keyboard alone", async ({ alice }) => {
  await alice.createDocument()
  await alice.type("| one | two |")
  const { keyboard } = alice.page
  await keyboard.press("Enter")
  await expect(alice.editor.locator("th")).toHaveText(["one", "two"])
  await keyboard.type("1")
  await keyboard.press("Tab")
  await keyboard.type("2")
  await keyboard.press("Tab")
  await keyboard.type("3")
  expect(await rows(alice)).toEqual([
    ["one", "two"],
    ["1", "2"],
    ["3", ""],
  ])
  await keyboard.press("Shift+Tab")
  await keyboard.type("two")
  await expect(cell(alice, 1, 1)).toHaveText("two")

  await keyboard.press("Alt+Shift+F10")
  await expect(alice.page.getByRole("menuitem", { name: "Insert row above" })).toBeFocused()
  await keyboard.press("End")
  await keyboard.press("ArrowUp")
  await expect(alice.page.getByRole("menuitem", { name: "Delete column" })).toBeFocused()
  await keyboard.press("Enter")
  await expect.poll(() => rows(alice)).toEqual([["one"], ["1"], ["3"]])
  await keyboard.press("ControlOrMeta+z")
  await expect.poll(async () => (await rows(alice))[1]).toEqual(["1", "two"])

  await keyboard.press("ControlOrMeta+Enter")
  await keyboard.type("behind the table")
  await expect(alice.editor.locator("figure + p")).toHaveText("behind the table")
})

test("cells of a spreadsheet go into a table and out of it", async ({ alice }) => {
  await alice.createDocument()
  await alice.type("Sums")
  await alice.page.keyboard.press("Enter")
  await alice.paste("<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>")
  await expect
    .poll(() => rows(alice))
    .toEqual([
      ["a", "1"],
      ["b", "2"],
    ])
  await cell(alice, 1, 1).click()
  await alice.paste("<table><tr><td>x</td><td>y</td></tr><tr><td>z</td><td></td></tr></table>")
  await expect
    .poll(() => rows(alice))
    .toEqual([
      ["a", "1", ""],
      ["b", "x", "y"],
      ["", "z", ""],
    ])

  const from = await cell(alice, 0, 0).boundingBox()
  const to = await cell(alice, 1, 1).boundingBox()
  if (from === null || to === null) throw new Error("the cells are not there")
  await alice.page.mouse.move(from.x + 12, from.y + 12)
  await alice.page.mouse.down()
  await alice.page.mouse.move(to.x + 12, to.y + 12, { steps: 4 })
  await alice.page.mouse.up()
  await expect(alice.editor.locator(".selectedCell")).toHaveCount(4)
  await alice.page.keyboard.press("ControlOrMeta+c")
  const copied = await alice.page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    const textOf = async (type: string): Promise<string> => (await item?.getType(type))?.text() ?? ""
    return { text: await textOf("text/plain"), html: await textOf("text/html") }
  })
  expect(copied.text).toBe("a\t1\nb\tx")
  expect(copied.html).toContain("<td>a</td><td>1</td>")
  await alice.page.keyboard.press("Delete")
  await expect
    .poll(() => rows(alice))
    .toEqual([
      ["", "", ""],
      ["", "", "y"],
      ["", "z", ""],
    ])
})

test("a column is made wider with the mouse, for everybody", async ({ alice, bob }) => {
  const document = await alice.createDocument()
  await insertTable(alice)
  await bob.openDocument(document)
  await expect(bob.editor.locator("table")).toBeVisible()
  const before = await cell(alice, 0, 0).boundingBox()
  if (before === null) throw new Error("the cell is not there")
  const border = { x: before.x + before.width - 1, y: before.y + before.height / 2 }
  await alice.page.mouse.move(border.x - 30, border.y)
  await alice.page.mouse.move(border.x, border.y)
  await alice.page.mouse.down()
  await alice.page.mouse.move(border.x + 90, border.y, { steps: 3 })
  await alice.page.mouse.up()
  const width = async (person: Person): Promise<number> => (await cell(person, 0, 0).boundingBox())?.width ?? 0
  await expect.poll(() => width(alice)).toBeGreaterThan(before.width + 60)
  await expect.poll(() => width(bob)).toBeGreaterThan(before.width + 60)
})

test("a table that is dragged among the words of a cell stays where it was, and the writer is told why", async ({
  alice,
}) => {
  await alice.createDocument()
  await alice.type("Above")
  const { keyboard, mouse } = alice.page
  await keyboard.press("Enter")
  await keyboard.type("| target | two |")
  await keyboard.press("Enter")
  await expect(alice.editor.locator("table")).toHaveCount(1)
  await keyboard.type("a cell with words")
  await keyboard.press("ControlOrMeta+End")
  await keyboard.press("Enter")
  await keyboard.type("words before")
  await keyboard.press("Enter")
  await keyboard.type("| dragged | too |")
  await keyboard.press("Enter")
  await keyboard.press("ControlOrMeta+End")
  await keyboard.press("Enter")
  await keyboard.type("words behind")
  await expect(alice.editor.locator("table")).toHaveCount(2)
  const said = alice.page.locator(".ligature-notice")
  await expect(said).toBeHidden()
  const before = await alice.editor.locator(".ligature-section > *").allTextContents()

  // From the words before the second table to those behind it, by mouse, into the first one.
  const from = await boxOf(alice.editor.getByText("words before"))
  const behind = await boxOf(alice.editor.getByText("words behind"))
  await mouse.move(from.x + 30, from.y + from.height / 2)
  await mouse.down()
  await mouse.move(behind.x + 40, behind.y + behind.height / 2, { steps: 4 })
  await mouse.up()
  const to = await boxOf(alice.editor.getByText("a cell with words"))
  await mouse.move(from.x + 40, from.y + from.height / 2)
  await mouse.down()
  // Chromium takes a press on selected text for the beginning of a drag only when it was held for a moment.
  const since = await alice.page.evaluate(() => performance.now())
  await alice.page.waitForFunction((then) => performance.now() - then > 300, since)
  await mouse.move(to.x + 40, to.y + to.height / 2, { steps: 6 })
  await mouse.up()

  await expect(alice.page.getByRole("status").filter({ hasText: "A table cannot be put into a cell" })).toBeVisible()
  expect(await alice.editor.locator(".ligature-section > *").allTextContents()).toEqual(before)
  await keyboard.press("ArrowRight")
  await expect(said).toBeHidden()
})

test("merged cells part again when somebody writes in a covered one", async ({ alice, bob }) => {
  const document = await alice.createDocument()
  await insertTable(alice)
  await cell(alice, 1, 0).click()
  await alice.page.keyboard.type("left")
  await bob.openDocument(document)
  await expect(cell(bob, 1, 0)).toHaveText("left")
  await bob.goOffline()
  await cell(bob, 1, 1).click()
  await bob.page.keyboard.type("late")
  await expect(cell(bob, 1, 1)).toHaveText("late")

  await cell(alice, 1, 0).click()
  await cell(alice, 1, 1).click({ modifiers: ["Shift"] })
  await expect(alice.editor.locator(".selectedCell")).toHaveCount(2)
  await choose(alice, "Merge cells")
  await expect(cell(alice, 1, 0)).toHaveAttribute("colspan", "2")
  await bob.goOnline()
  await expect(cell(alice, 1, 1)).toHaveText("late")
  await expect(cell(bob, 1, 0)).toHaveText("left")
  await expect(cell(bob, 1, 1)).toHaveText("late")
})

test("a wide table on a phone scrolls in itself, and its menu is for everybody", async ({ person }) => {
  const alice = await person("alice", { width: 390, height: 760 })
  await alice.createDocument()
  await alice.type("| a | b | c | d | e | f | g | h | i | j |")
  await alice.page.keyboard.press("Enter")
  await expect(alice.editor.locator("th")).toHaveCount(10)
  const scrolls = await alice.editor
    .locator(".ligature-table-scroll")
    .evaluate((box) => ({ box: box.scrollWidth > box.clientWidth, page: document.documentElement.scrollWidth }))
  expect(scrolls).toEqual({ box: true, page: 390 })
  await cell(alice, 1, 0).click()
  await alice.page.getByRole("button", { name: "Table options" }).click()
  await expect(alice.page.getByRole("menu", { name: "Table options" })).toBeInViewport({ ratio: 0.9 })
  // What scrolls inside of a text that can be edited is scrolled by the caret; a focus of its own would take it from the text.
  await isForEverybody(alice, ["scrollable-region-focusable"])
  await alice.page.getByRole("menuitem", { name: "Header column" }).click()
  await expect(cell(alice, 1, 0)).toHaveAttribute("scope", "row")
  for (let i = 0; i < 9; i++) await alice.page.keyboard.press("Tab")
  await alice.page.keyboard.type("last")
  await expect(cell(alice, 1, 9)).toHaveText("last")
  await expect(cell(alice, 1, 9)).toBeInViewport()
})

test("a table is as readable at night", async ({ alice }) => {
  await alice.page.emulateMedia({ colorScheme: "dark" })
  await alice.createDocument()
  await insertTable(alice)
  await alice.page.keyboard.type("head")
  await alice.page.keyboard.press("Alt+Shift+F10")
  await expect(alice.page.getByRole("menu", { name: "Table options" })).toBeVisible()
  await isForEverybody(alice)
})
