import type { CDPSession } from "@playwright/test"
import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

/*
 * While a page is busy, what hands do waits, and then comes at once: keys before the browser has told that a click or another key moved
 * the caret.
 */

test("Enter splits where one has just clicked, and Delete takes nothing that is not selected any more", async ({
  alice,
}) => {
  await alice.createDocument()
  await alice.type("one")
  for (const word of ["two", "three"]) {
    await alice.page.keyboard.press("Enter")
    await alice.page.keyboard.type(word)
  }
  const keys = await alice.page.context().newCDPSession(alice.page)

  const two = await startOf(alice, "two")
  await occupy(alice)
  await Promise.all([...click(keys, two), ...press(keys, "Enter", 13)])
  await expect(blocks(alice)).toHaveText(["one", "", "two", "three"])

  await alice.page.keyboard.press("ControlOrMeta+End")
  await alice.page.keyboard.press("Shift+Home")
  const one = await startOf(alice, "one")
  await occupy(alice)
  await Promise.all([...click(keys, one), ...press(keys, "Delete", 46)])
  await expect(blocks(alice)).toHaveText(["ne", "", "two", "three"])

  await alice.page.keyboard.press("ControlOrMeta+End")
  await occupy(alice)
  await Promise.all([...press(keys, "Home", 36), ...press(keys, "Enter", 13)])
  await expect(blocks(alice)).toHaveText(["ne", "", "two", "", "three"])
})

function blocks(person: Person): ReturnType<Person["editor"]["locator"]> {
  return person.editor.locator("[data-kind]")
}

async function startOf(person: Person, text: string): Promise<{ x: number; y: number }> {
  const box = await person.editor.getByText(text).boundingBox()
  if (box === null) throw new Error(`"${text}" is not drawn`)
  return { x: box.x + 1, y: box.y + box.height / 2 }
}

/** Resolves when the page's only thread is at work, which it is for a second more: it says so right before. */
async function occupy({ page }: Person): Promise<void> {
  const isBusy = page.waitForEvent("console", (message) => message.text() === "busy")
  await page.evaluate(() => {
    setTimeout(() => {
      globalThis.console.info("busy")
      const end = performance.now() + 1000
      while (performance.now() < end);
    })
  })
  await isBusy
}

function click(keys: CDPSession, at: { x: number; y: number }): Promise<unknown>[] {
  const button = { ...at, button: "left", clickCount: 1 } as const
  return [
    keys.send("Input.dispatchMouseEvent", { type: "mousePressed", ...button }),
    keys.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button }),
  ]
}

function press(keys: CDPSession, key: string, code: number): Promise<unknown>[] {
  const pressed = { key, code: key, windowsVirtualKeyCode: code }
  const text = key === "Enter" ? { text: "\r" } : {}
  return [
    keys.send("Input.dispatchKeyEvent", { type: "keyDown", ...pressed, ...text }),
    keys.send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed }),
  ]
}
