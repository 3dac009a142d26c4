import { expect, test } from "vitest"
import { fileNameOf } from "../src/document/save-text-file.ts"

test.each([
  ["Minutes of May", "Minutes of May"],
  ["a/b\\c: d?", "a b c d"],
  ["../../etc/passwd", ".. .. etc passwd"],
  ["...", "Untitled"],
  ["line\nbreak\t", "line break"],
  ["ends with a dot.", "ends with a dot"],
  ["x".repeat(300), "x".repeat(80)],
  ["", "Untitled"],
])("%j is saved as %j", (title, name) => {
  expect(fileNameOf(title)).toBe(name)
})
