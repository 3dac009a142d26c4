import { expect, test } from "vitest"
import { parseTheme } from "../src/theme/theme.ts"

test("a theme that nobody knows is the system's", () => {
  expect(parseTheme("dark")).toBe("dark")
  expect(parseTheme("light")).toBe("light")
  expect(parseTheme("system")).toBe("system")
  expect(parseTheme("solarized")).toBe("system")
  expect(parseTheme(null)).toBe("system")
})
