// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest"
import * as Y from "yjs"
import { bindTitle, TITLE } from "../src/index.ts"

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
  document.body.replaceChildren()
})

function field(
  doc: Y.Doc,
  readOnly?: { current: boolean; onChange(listener: () => void): () => void },
): HTMLInputElement {
  const input = document.createElement("input")
  document.body.append(input)
  stops.push(bindTitle(input, doc, readOnly))
  return input
}

function write(input: HTMLInputElement, value: string, caret = value.length): void {
  input.focus()
  input.value = value
  input.setSelectionRange(caret, caret)
  input.dispatchEvent(new Event("input"))
}

test("two people write in one title at once", () => {
  const [a, b] = [new Y.Doc(), new Y.Doc()]
  const [fieldA, fieldB] = [field(a), field(b)]
  write(fieldA, "Plan")
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  expect(fieldB.value).toBe("Plan")
  write(fieldA, "The Plan", 4)
  write(fieldB, "Plan B")
  Y.applyUpdate(b, Y.encodeStateAsUpdate(a))
  Y.applyUpdate(a, Y.encodeStateAsUpdate(b))
  expect([fieldA.value, fieldB.value]).toEqual(["The Plan B", "The Plan B"])
})

test("binding and reading write nothing", () => {
  const doc = new Y.Doc()
  field(doc)
  expect(Y.encodeStateAsUpdate(doc)).toEqual(new Uint8Array([0, 0]))
})

test("a change is only as large as what changed, never half an emoji", () => {
  const doc = new Y.Doc()
  const input = field(doc)
  const deltas: unknown[] = []
  doc.getText(TITLE).observe((event) => deltas.push(event.delta))
  write(input, "aa😀")
  write(input, "aaa😀", 1)
  write(input, "aaa😁")
  expect(deltas).toEqual([[{ insert: "aa😀" }], [{ insert: "a" }], [{ retain: 3 }, { delete: 2 }, { insert: "😁" }]])
})

test("line breaks become spaces, and the caret keeps its place when others write", () => {
  const doc = new Y.Doc()
  const input = field(doc)
  write(input, "one")
  doc.getText(TITLE).insert(0, "x ")
  expect([input.value, input.selectionStart]).toEqual(["x one", 5])
  doc.getText(TITLE).insert(5, "!")
  expect([input.value, input.selectionStart]).toEqual(["x one!", 5])
})

test("undo takes back one's own words only", () => {
  const doc = new Y.Doc()
  const input = field(doc)
  write(input, "mine")
  doc.getText(TITLE).insert(0, "theirs ")
  input.dispatchEvent(new KeyboardEvent("keydown", { key: "z", ctrlKey: true, cancelable: true }))
  expect(input.value).toBe("theirs ")
})

test("during a composition others' words wait, and the composed word is kept", () => {
  const doc = new Y.Doc()
  const input = field(doc)
  write(input, "ab")
  input.dispatchEvent(new Event("compositionstart"))
  input.value = "abか"
  input.dispatchEvent(new Event("input"))
  doc.getText(TITLE).insert(0, "x")
  expect(input.value).toBe("abか")
  input.value = "ab化"
  input.setSelectionRange(3, 3)
  input.dispatchEvent(new Event("compositionend"))
  expect(doc.getText(TITLE).toJSON()).toBe("xab化")
  expect(input.value).toBe("xab化")
})

test("a read-only title cannot be written", () => {
  const doc = new Y.Doc()
  doc.getText(TITLE).insert(0, "fixed")
  const listeners = new Set<() => void>()
  const signal = {
    current: true,
    onChange(listener: () => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const input = field(doc, signal)
  expect(input.readOnly).toBe(true)
  write(input, "changed")
  expect(doc.getText(TITLE).toJSON()).toBe("fixed")
  signal.current = false
  for (const listener of listeners) listener()
  expect(input.readOnly).toBe(false)
})
