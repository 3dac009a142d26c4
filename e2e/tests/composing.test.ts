import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

test("a word is composed with an input method while the other writes in the same paragraph and in another", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.type("Here: ")
  await alice.page.keyboard.press("Enter")
  await alice.page.keyboard.type("There: ")
  await bob.openDocument(document)
  await bob.sees("There:")

  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+Home")
  await alice.page.keyboard.press("End")
  const keys = await inputMethodOf(alice)
  await keys.compose("に")
  await keys.compose("にほ")
  await bob.type("Bob. ", "start")
  await bob.type("Bob, too.", "end")
  // What happens elsewhere shows at once, and the composition goes on.
  await alice.sees("There: Bob, too.")
  await keys.compose("にほん")
  await alice.sees("にほん")
  await keys.commit("日本")

  for (const who of [alice, bob]) {
    await who.sees("Bob. Here: 日本")
    await who.sees("There: Bob, too.")
    await expect(who.editor).not.toContainText("に")
  }
  // And typing goes on behind what was composed.
  await alice.page.keyboard.type("!")
  await bob.sees("Here: 日本!")
  await alice.page.keyboard.press("ControlOrMeta+z")
  await alice.isTold("Saved")
  await bob.isTold("Saved")
  await bob.sees("There: Bob, too.")
  expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())
})

test("a composition goes on in a paragraph that the other takes away, splits and deletes in", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.type("one two three")
  await bob.openDocument(document)
  await bob.sees("one two three")
  const keys = await inputMethodOf(alice)
  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+End")
  await keys.compose("か")
  // Bob splits the paragraph and empties its first half.
  await bob.editor.focus()
  await bob.page.keyboard.press("ControlOrMeta+Home")
  for (let letter = 0; letter < 3; letter++) await bob.page.keyboard.press("Shift+ArrowRight")
  await bob.page.keyboard.press("Backspace")
  await bob.page.keyboard.press("Enter")
  await bob.isTold("Saved")
  await keys.compose("かん")
  await keys.commit("漢")
  for (const who of [alice, bob]) {
    await expect(who.editor).toContainText(/two three漢$/)
    await expect(who.editor).not.toContainText("one")
  }
  expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())
})

/** What an input method does to the page. */
async function inputMethodOf({ page }: Person) {
  const devTools = await page.context().newCDPSession(page)
  return {
    compose: (text: string) =>
      devTools.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
    commit: (text: string) => devTools.send("Input.insertText", { text }),
  }
}
