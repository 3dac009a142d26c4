import { expect, test } from "vitest"
import { safeHref } from "../src/index.ts"

test.each([
  "https://example.org/a?b#c",
  "http://localhost:8080",
  "mailto:ann@example.org",
  "tel:+4912345",
  " https://example.org ",
])("%s may be a link", (url) => expect(safeHref(url)).toBe(url.trim()))

test.each([
  "javascript:alert(1)",
  " JaVaScript:alert(1)",
  "java\nscript:alert(1)",
  "\u0001javascript:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  "blob:https://example.org/1",
  "file:///etc/passwd",
  "//example.org",
  "/path",
  "example.org",
  "",
  `https://example.org/${"a".repeat(5000)}`,
  null,
  7,
])("%s may not", (url) => expect(safeHref(url)).toBeNull())
