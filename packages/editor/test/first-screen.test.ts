// @vitest-environment happy-dom
import { EditorView } from "prosemirror-view"
import { afterEach, expect, test, vi } from "vitest"
import { takeFirstScreen } from "../src/take-first-screen.ts"
import { type Grouping, stateOf } from "./notation.ts"

const BLOCK_PX = 40
let view: EditorView | null = null

afterEach(() => {
  view?.destroy()
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

/** A document on a page that is scrolled down by so many blocks of 40 pixels, in a window of 768. */
function shown(blocks: readonly string[], scrolledBy: number, grouping: Grouping): EditorView {
  const place = document.createElement("div")
  document.body.append(place)
  view = new EditorView(place, { state: stateOf(blocks, [], grouping) })
  const drawn = Array.from(view.dom.querySelectorAll("[data-kind]"))
  // What has no layout here: as if every block were as high as the others.
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(function rect(this: HTMLElement) {
    const inside = drawn.filter((block) => this.contains(block))
    const top = (drawn.indexOf(inside[0] ?? this) - scrolledBy) * BLOCK_PX
    return new DOMRect(0, top, 600, inside.length * BLOCK_PX)
  })
  return view
}

const GROUPINGS: readonly Grouping[] = ["flat", "borders everywhere"]

test.each(GROUPINGS)("a picture holds the blocks in view, and where the first of them stands (%s)", (grouping) => {
  const blocks = Array.from({ length: 200 }, (_, n) => `block ${n}`)
  const screen = takeFirstScreen(shown(blocks, 50.25, grouping))
  expect(screen?.place).toEqual({ block: null, index: 50, top: -10 })
  const texts = screen?.blocks.map((block) => /block \d+/.exec(JSON.stringify(block))?.[0])
  expect(texts?.[0]).toBe("block 50")
  // A window of 768 pixels, and a little more.
  expect(texts?.at(-1)).toBe("block 76")
})

test.each(GROUPINGS)("a list that began above the picture counts on in it (%s)", (grouping) => {
  const blocks = [
    "ordered: one of another list",
    "in between",
    "ordered: 1",
    "ordered: 2",
    "ordered +1: a",
    "bullet +1: not counted",
    "ordered +1: a again",
    "ordered +1: b",
    "ordered: 3",
    "ordered +1: a",
    "not in the list",
    "ordered: 1",
  ]
  const screen = takeFirstScreen(shown(blocks, 7, grouping))
  const restarts = screen?.blocks.map((block) => /"restart":(null|\d+)/.exec(JSON.stringify(block))?.[1])
  expect(restarts).toEqual(["2", "3", "null", "null", "null"])
})

test("there is no picture of nothing", () => {
  expect(takeFirstScreen(shown(["", ""], 0, "flat"))).toBeNull()
  vi.restoreAllMocks()
  // Taken off the page, or not laid out yet.
  expect(takeFirstScreen(shown(["words"], 0, "flat"))).not.toBeNull()
  vi.restoreAllMocks()
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockReturnValue(new DOMRect())
  expect(view === null ? null : takeFirstScreen(view)).toBeNull()
})
