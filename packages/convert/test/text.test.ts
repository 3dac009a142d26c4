import { expect, test } from "vitest"
import { fromMarkdown, toText } from "../src/index.ts"

test("plain text shows items with their markers and keeps code as it is", () => {
  const document = fromMarkdown("# Plan\n\n- a\n  1. b\n- [x] c\n\n```\nd\n  e\n```\n")
  expect(toText(document)).toBe("Plan\n\n- a\n  1. b\n[x] c\n\nd\n  e")
})
