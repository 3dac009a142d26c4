import { expect, test } from "vitest"
import { filterDocuments, titleToShow, whenOpened, type ListedDocument } from "../src/home/document-list.ts"

const listed = (title: string, opened: number): ListedDocument => ({ document: title, title, opened, changes: 0 })

test("what was opened last comes first", () => {
  const shown = filterDocuments([listed("old", 1), listed("new", 3), listed("middle", 2)], "")
  expect(shown.map(({ title }) => title)).toEqual(["new", "middle", "old"])
})

test("searching minds neither case nor accents nor the order of words", () => {
  const documents = [listed("Café in München", 1), listed("Cafeteria", 2), listed("", 3)]
  const found = (query: string) => filterDocuments(documents, query).map(({ title }) => title)
  expect(found("munchen CAFE")).toEqual(["Café in München"])
  expect(found("cafe")).toEqual(["Cafeteria", "Café in München"])
  expect(found("untitled")).toEqual([""])
  expect(found("  ")).toHaveLength(3)
  expect(found("nothing like it")).toEqual([])
})

test("a document without a name is called Untitled", () => {
  expect(titleToShow("  ")).toBe("Untitled")
  expect(titleToShow("Plan")).toBe("Plan")
})

test("when a document was opened is said as people say it", () => {
  const now = Date.UTC(2030, 5, 15, 12)
  const minute = 60_000
  const said = (ago: number) => whenOpened(now - ago, now)
  expect(said(20_000)).toBe("just now")
  expect(said(5 * minute)).toBe("5 minutes ago")
  expect(said(119 * minute)).toBe("1 hour ago")
  expect(said(24 * 60 * minute)).toBe("yesterday")
  expect(said(8 * 24 * 60 * minute)).toBe("8 days ago")
  expect(said(45 * 24 * 60 * minute)).toBe("May 1, 2030")
  // The clock of this device was set back since.
  expect(said(-5 * minute)).toBe("just now")
})
