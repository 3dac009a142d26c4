import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

test("a paragraph moves by key and by its handle, the caret and the others' words go along, and undo takes it back", async ({
  alice,
  bob,
}) => {
  const path = await alice.createDocument()
  await alice.type("First")
  for (const text of ["Second", "Third", "Fourth"]) {
    await alice.page.keyboard.press("Enter")
    await alice.page.keyboard.type(text)
  }
  await bob.openDocument(path)
  await bob.sees("Fourth")

  await alice.page.keyboard.press("Alt+ArrowUp")
  await alice.page.keyboard.press("Alt+ArrowUp")
  await alice.page.keyboard.type("!")
  await reads(alice, ["First", "Fourth!", "Second", "Third"])
  await reads(bob, ["First", "Fourth!", "Second", "Third"])

  const third = alice.editor.getByText("Third")
  await third.hover()
  const handle = alice.page.getByRole("button", { name: "Drag to move" })
  await handle.hover()
  await alice.page.mouse.down()
  const first = await alice.editor.getByText("First").boundingBox()
  if (first === null) throw new Error("the first paragraph is not drawn")
  await alice.page.mouse.move(first.x + 20, first.y + 20, { steps: 5 })
  await alice.page.mouse.move(first.x + 20, first.y + 2, { steps: 3 })
  await alice.page.mouse.up()
  await reads(alice, ["Third", "First", "Fourth!", "Second"])
  await reads(bob, ["Third", "First", "Fourth!", "Second"])

  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+z")
  await reads(bob, ["First", "Fourth!", "Second", "Third"])
})

test("two people who move one paragraph at once lose no word, and see the same", async ({ alice, bob }) => {
  const path = await alice.createDocument()
  await alice.type("One")
  for (const text of ["Two", "Three", "Four"]) {
    await alice.page.keyboard.press("Enter")
    await alice.page.keyboard.type(text)
  }
  await alice.isTold("Saved")
  await bob.openDocument(path)
  await bob.canWrite()
  await bob.sees("Four")
  await bob.isTold("Saved")
  await bob.goOffline()
  await bob.isTold("Offline")

  for (const [person, key] of [
    [alice, "Alt+ArrowUp"],
    [bob, "Alt+ArrowDown"],
  ] as const) {
    await person.editor.getByText("Three").click()
    await person.page.keyboard.press(key)
  }
  await reads(alice, ["One", "Three", "Two", "Four"])
  await reads(bob, ["One", "Two", "Four", "Three"])
  await bob.goOnline()
  await bob.isTold("Saved")
  for (const person of [alice, bob]) await reads(person, ["One", "Three", "Two", "Four", "Three"])
})

async function reads(person: Person, paragraphs: readonly string[]): Promise<void> {
  await expect(person.editor.locator("[data-kind]")).toHaveText([...paragraphs])
}
