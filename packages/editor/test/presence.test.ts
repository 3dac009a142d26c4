// @vitest-environment happy-dom
import { expect, test } from "vitest"
import { readableOn, readCursors } from "../src/remote-people.ts"
import { mergeRects } from "../src/selection-rects.ts"

const cursor = { anchor: { x: 1 }, head: { x: 2 } }

test("others' cursors are read, one's own and those without are not", () => {
  const states = new Map<number, unknown>([
    [1, { user: { name: "me", color: "#000000" }, cursor }],
    [2, { user: { name: "Ann", color: "#B42318" }, cursor }],
    [3, { user: { name: "reading" } }],
    [4, { user: { name: "gone" }, cursor: null }],
  ])
  expect([...readCursors(states, 1, "Someone").values()]).toEqual([
    { client: 2, name: "Ann", color: "#b42318", anchor: cursor.anchor, head: cursor.head },
  ])
})

test.each([
  ["no user at all", { cursor }, "Someone"],
  ["a name that is no text", { user: { name: { toString: "x" } }, cursor }, "Someone"],
  ["a name of control and direction characters", { user: { name: "\u202E\u0007 \u2066" }, cursor }, "Someone"],
  ["a very long name", { user: { name: "é".repeat(500) }, cursor }, "é".repeat(40)],
  ["an emoji at the cut", { user: { name: "😀".repeat(41) }, cursor }, "😀".repeat(40)],
])("%s", (_name, state, name) => {
  expect(readCursors(new Map([[7, state]]), 1, "Someone").get(7)?.name).toBe(name)
})

test.each(["red", "#fff", "#12345g", "url(x)", "#000000;background:url(x)", 7, null, undefined])(
  "the colour %s is replaced",
  (color) => {
    expect(readCursors(new Map([[7, { user: { name: "x", color }, cursor }]]), 1, "").get(7)?.color).toMatch(
      /^#[\da-f]{6}$/,
    )
  },
)

test.each([null, 7, "x", [], { cursor: 7 }])("the state %s is no cursor", (state) => {
  expect(readCursors(new Map([[7, state]]), 1, "").size).toBe(0)
})

test("labels are black on light colours and white on dark ones", () => {
  expect(["#ffff00", "#ffffff", "#ff8800", "#1d4ed8", "#b42318", "#000000"].map(readableOn)).toEqual([
    "#000000",
    "#000000",
    "#000000",
    "#ffffff",
    "#ffffff",
    "#ffffff",
  ])
})

test("rectangles of one line become one, empty ones go, lines stay apart", () => {
  const rects = [
    { left: 0, top: 0, width: 50, height: 20 },
    { left: 50, top: 2, width: 30, height: 16 },
    { left: 10, top: 0, width: 20, height: 20 },
    { left: 80, top: 0, width: 0, height: 20 },
    { left: 0, top: 24, width: 40, height: 20 },
    { left: 200, top: 24, width: 10, height: 20 },
  ]
  expect(mergeRects(rects)).toEqual([
    { left: 0, top: 0, width: 80, height: 20 },
    { left: 0, top: 24, width: 40, height: 20 },
    { left: 200, top: 24, width: 10, height: 20 },
  ])
})
