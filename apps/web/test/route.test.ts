import { expect, test } from "vitest"
import { isDocumentName, newDocumentName } from "../src/document-name.ts"
import { parseRoute, pathOf } from "../src/parse-route.ts"

const at = (path: string) => parseRoute(new URL(path, "http://ligature.test"))

test("every page has its address", () => {
  expect(at("/")).toEqual({ page: "home" })
  expect(at("/?new")).toEqual({ page: "new-document" })
  expect(at("/d/AAAAAAAAAAAAAAAAAAAA-_")).toEqual({ page: "document", document: "AAAAAAAAAAAAAAAAAAAA-_" })
  expect(at("/d/AAAAAAAAAAAAAAAAAAAA-_#part")).toMatchObject({ page: "document" })
  expect(at("/r/AAAAAAAAAAAAAAAAAAAA-_")).toEqual({
    page: "document",
    document: "AAAAAAAAAAAAAAAAAAAA-_",
    isReading: true,
  })
  expect(at("/elsewhere")).toEqual({ page: "not-found" })
  expect(at("/d/a/b")).toEqual({ page: "not-found" })
})

test("a link that lost its end never opens as an empty document", () => {
  const whole = pathOf({ page: "document", document: newDocumentName() })
  expect(at(whole).page).toBe("document")
  expect(at(whole.slice(0, -1))).toEqual({ page: "broken-link" })
  expect(at(`${whole}.`)).toEqual({ page: "broken-link" })
  expect(at("/d/")).toEqual({ page: "broken-link" })
  const forReading = pathOf({ page: "document", document: newDocumentName(), isReading: true })
  expect(at(forReading)).toMatchObject({ isReading: true })
  expect(at(forReading.slice(0, -1))).toEqual({ page: "broken-link" })
})

test("a new document's name is 128 random bits that need no escaping", () => {
  const names = Array.from({ length: 200 }, newDocumentName)
  expect(new Set(names).size).toBe(200)
  for (const name of names) {
    expect(isDocumentName(name)).toBe(true)
    expect(encodeURIComponent(name)).toBe(name)
    expect(Buffer.from(name, "base64url")).toHaveLength(16)
  }
})
