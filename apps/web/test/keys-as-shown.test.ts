import { expect, test } from "vitest"
import { keysAsShown } from "../src/document/keys-as-shown.ts"

test.each([
  ["Mod+B", "⌘B", "Ctrl + B"],
  ["Mod+Shift+X", "⇧⌘X", "Ctrl + Shift + X"],
  ["Mod+Alt+1", "⌥⌘1", "Ctrl + Alt + 1"],
  ["Shift+Tab", "⇧Tab", "Shift + Tab"],
  ["Escape, then Tab", "esc, then Tab", "Esc, then Tab"],
  ["Mod+/", "⌘/", "Ctrl + /"],
])("%s is %s on an Apple keyboard and %s elsewhere", (keys, apple, elsewhere) => {
  expect(keysAsShown(keys, true)).toBe(apple)
  expect(keysAsShown(keys, false)).toBe(elsewhere)
})
