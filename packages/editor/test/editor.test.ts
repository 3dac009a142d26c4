// @vitest-environment happy-dom
import { TextSelection } from "prosemirror-state"
import { beforeAll, afterEach, expect, test } from "vitest"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { createEditor, createToolbar, ENGLISH, type LigatureEditor } from "../src/index.ts"
import { loadXmlBinding } from "../src/choose-binding.ts"
import { loadLateFeatures } from "../src/later.ts"
import { placeIn, show, showMarks, showText } from "./notation.ts"
import { bytesOf, press, typeKeys } from "./peers.ts"

beforeAll(async () => {
  await loadXmlBinding()
  await loadLateFeatures()
})

const editors: LigatureEditor[] = []
afterEach(() => {
  for (const editor of editors.splice(0)) editor.destroy()
  document.body.replaceChildren()
})

class Signal {
  current = true
  readonly #listeners = new Set<() => void>()
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
  set(current: boolean): void {
    this.current = current
    for (const listener of this.#listeners) listener()
  }
}

function open(options: Partial<Parameters<typeof createEditor>[0]> = {}): LigatureEditor {
  const element = document.createElement("div")
  document.body.append(element)
  const editor = createEditor({ element, doc: new Y.Doc(), ...options })
  editors.push(editor)
  return editor
}

test("nothing can be written until the document is loaded", () => {
  const doc = new Y.Doc()
  const readOnly = new Signal()
  const editor = open({ doc, readOnly })
  expect(editor.view.dom.getAttribute("contenteditable")).toBe("false")
  expect(editor.view.dom.getAttribute("aria-readonly")).toBe("true")
  typeKeys(editor, "lost")
  press(editor, "Enter")
  expect(editor.run("heading1")).toBe(false)
  expect(bytesOf(doc)).toBe("0000")
  readOnly.set(false)
  expect(editor.view.dom.getAttribute("contenteditable")).toBe("true")
  typeKeys(editor, "kept")
  expect(showText(editor.view.state.doc)).toEqual(["kept"])
})

test("is a named, multi-line text box", () => {
  const { dom } = open({ strings: { editorLabel: "Dokument" } }).view
  expect([dom.getAttribute("role"), dom.getAttribute("aria-multiline"), dom.getAttribute("aria-label")]).toEqual([
    "textbox",
    "true",
    "Dokument",
  ])
})

test("an empty document says what it is for, and stops saying it", () => {
  const editor = open({ placeholder: "Begin" })
  expect(editor.view.dom.querySelector("[data-placeholder]")?.getAttribute("data-placeholder")).toBe("Begin")
  typeKeys(editor, "x")
  expect(editor.view.dom.querySelector("[data-placeholder]")).toBeNull()
})

test("a click checks a task, without moving the caret", () => {
  const editor = open()
  typeKeys(editor, "[ ] buy bread")
  const checkbox = (): Element | null => editor.view.dom.querySelector("input[type=checkbox]")
  expect(checkbox()?.getAttribute("aria-label")).toBe(ENGLISH.taskDone)
  checkbox()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))
  expect(show(editor.view.state)).toEqual(["task done: buy bread|"])
  checkbox()?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))
  expect(show(editor.view.state)).toEqual(["task: buy bread|"])
})

test("a reader's click checks nothing", () => {
  const readOnly = new Signal()
  readOnly.current = false
  const editor = open({ readOnly })
  typeKeys(editor, "[ ] a")
  readOnly.set(true)
  editor.view.dom.querySelector("input")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }))
  expect(showText(editor.view.state.doc)).toEqual(["task: a"])
})

test("what is typed into a rule goes after it", () => {
  const editor = open()
  typeKeys(editor, "---")
  press(editor, "Enter")
  const { view } = editor
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 0))))
  typeKeys(editor, "a")
  expect(showText(view.state.doc)).toEqual(["rule:", "a", ""])
})

test("Tab never leaves by surprise; after Escape it does", () => {
  const editor = open()
  expect(press(editor, "Tab")).toBe(true)
  press(editor, "Escape")
  expect(press(editor, "Tab")).toBe(false)
  typeKeys(editor, "x")
  press(editor, "ArrowLeft")
  expect(press(editor, "Tab")).toBe(true)
})

test.each(["Backspace", "Delete"])("%s deletes what is selected, also everything", (key) => {
  const editor = open()
  typeKeys(editor, "one two")
  const { view } = editor
  view.dispatch(
    view.state.tr.setSelection(
      TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 1), placeIn(view.state.doc, 0, 4)),
    ),
  )
  expect(press(editor, key)).toBe(true)
  expect(show(view.state)).toEqual(["o|two"])
  press(editor, "End")
  press(editor, "Enter")
  typeKeys(editor, "# a")
  expect(press(editor, "a", { ctrlKey: true })).toBe(true)
  expect(press(editor, key)).toBe(true)
  expect(showText(view.state.doc)).toEqual([""])
})

test("a format at a caret is for what is typed next, one on words leaves the blanks around them alone", () => {
  const editor = open()
  const marked = (): string[] => showMarks(editor.view.state.doc)
  typeKeys(editor, "a")
  press(editor, "b", { ctrlKey: true })
  typeKeys(editor, " b ")
  expect(marked()).toEqual(["a** b **"])
  const { view } = editor
  const select = (from: number, to: number): void =>
    view.dispatch(
      view.state.tr.setSelection(
        TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, from), placeIn(view.state.doc, 0, to)),
      ),
    )
  select(0, 4)
  press(editor, "b", { ctrlKey: true })
  expect(marked()).toEqual(["a b "])
  select(1, 4)
  press(editor, "b", { ctrlKey: true })
  expect(marked()).toEqual(["a **b** "])
  select(3, 4)
  press(editor, "i", { ctrlKey: true })
  expect(marked()).toEqual(["a **b*** *"])
})

test("keys do what people expect of them", () => {
  const editor = open()
  typeKeys(editor, "a")
  const keys: [string, KeyboardEventInit, string][] = [
    ["1", { ctrlKey: true, altKey: true, keyCode: 49 }, "h1: a|"],
    ["0", { ctrlKey: true, altKey: true, keyCode: 48 }, "a|"],
    ["&", { ctrlKey: true, shiftKey: true, keyCode: 55 }, "ordered: a|"],
    ["*", { ctrlKey: true, shiftKey: true, keyCode: 56 }, "bullet: a|"],
    ["(", { ctrlKey: true, shiftKey: true, keyCode: 57 }, "task: a|"],
    ["Enter", { ctrlKey: true, keyCode: 13 }, "task done: a|"],
  ]
  for (const [key, modifiers, expected] of keys) {
    expect([press(editor, key, modifiers), ...show(editor.view.state)]).toEqual([true, expected])
  }
})

test("the toolbar shows how the selection stands, and one button is in the tab order", async () => {
  const readOnly = new Signal()
  readOnly.current = false
  const editor = open({ readOnly })
  const toolbar = createToolbar(editor)
  document.body.append(toolbar.element)
  const button = (name: string): Element | null => toolbar.element.querySelector(`[data-command=${name}]`)
  expect(button("undo")?.getAttribute("aria-disabled")).toBe("true")
  typeKeys(editor, "# a")
  await framePainted()
  expect(button("undo")?.getAttribute("aria-disabled")).toBe("false")
  expect(button("heading1")?.getAttribute("aria-pressed")).toBe("true")
  button("bulletList")?.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }))
  expect(show(editor.view.state)).toEqual(["bullet: a|"])
  await framePainted()
  expect(button("heading1")?.getAttribute("aria-pressed")).toBe("false")
  expect([...toolbar.element.querySelectorAll("button")].filter((other) => other.tabIndex === 0)).toHaveLength(1)
  expect(
    [...toolbar.element.querySelectorAll("button")].every((other) => other.getAttribute("aria-label") !== null),
  ).toBe(true)
  readOnly.set(true)
  await framePainted()
  expect(button("bold")?.getAttribute("aria-disabled")).toBe("true")
  toolbar.destroy()
})

test("arrow keys move through the toolbar and around its ends", () => {
  const toolbar = createToolbar(open())
  document.body.append(toolbar.element)
  const buttons = [...toolbar.element.querySelectorAll("button")]
  buttons[0]?.focus()
  go("ArrowLeft")
  expect(document.activeElement).toBe(buttons.at(-1))
  go("ArrowRight")
  go("ArrowRight")
  expect(document.activeElement).toBe(buttons[1])
  expect(buttons[1]?.tabIndex).toBe(0)
  go("End")
  expect(document.activeElement).toBe(buttons.at(-1))
  toolbar.destroy()
})

test("Mod-K asks for an address and links the selection", () => {
  const editor = open()
  typeKeys(editor, "word")
  const { view } = editor
  view.dispatch(
    view.state.tr.setSelection(
      TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 0), placeIn(view.state.doc, 0, 4)),
    ),
  )
  press(editor, "k", { ctrlKey: true })
  const dialog = document.querySelector("form.ligature-link")
  const input = dialog?.querySelector("input")
  if (input === null || input === undefined) throw new Error("no dialog")
  const submit = (address: string): void => {
    input.value = address
    dialog?.dispatchEvent(new Event("submit", { cancelable: true }))
  }
  submit("javascript:alert(1)")
  expect(dialog?.querySelector("[role=alert]")?.textContent).toBe(ENGLISH.linkInvalid)
  submit("example.org/a")
  expect(view.state.doc.nodeAt(placeIn(view.state.doc, 0, 0))?.marks[0]?.attrs["href"]).toBe("https://example.org/a")
  press(editor, "k", { ctrlKey: true })
  submit("ann@example.org")
  expect(view.state.doc.nodeAt(placeIn(view.state.doc, 0, 0))?.marks[0]?.attrs["href"]).toBe("mailto:ann@example.org")
})

test("leaves nothing behind", () => {
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  const before = [...doc._observers.keys()]
  const element = document.createElement("div")
  const editor = createEditor({ element, doc, awareness, user: { name: "Ann", color: "#000000" } })
  editor.destroy()
  expect(element.childElementCount).toBe(0)
  expect(awareness._observers.get("change")?.size ?? 0).toBe(0)
  expect([...doc._observers.keys()]).toEqual(before)
  awareness.destroy()
})

test("a key that changes no state of theirs touches neither toolbar, link dialog nor notice", async () => {
  const editor = open()
  const toolbar = createToolbar(editor)
  const host = editor.view.dom.parentElement
  host?.prepend(toolbar.element)
  typeKeys(editor, "a")
  await framePainted()
  const records: MutationRecord[] = []
  const touched = new MutationObserver((more) => records.push(...more))
  if (host !== null) touched.observe(host, { subtree: true, attributes: true, childList: true, characterData: true })
  typeKeys(editor, "b")
  await framePainted()
  touched.disconnect()
  toolbar.destroy()
  const outside = records.filter(({ target }) => !editor.view.dom.contains(target))
  expect(records.length).toBeGreaterThan(outside.length)
  expect(outside.map(({ target, attributeName }) => `${attributeName ?? "content"} of ${target.nodeName}`)).toEqual([])
})

/** Presses a key where the focus is. */
function go(key: string): void {
  document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }))
}

/** Resolves behind the next frame and what follows its paint. */
function framePainted(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
}

test("undo never falls through to the browser's own history, whichever way it is asked for", () => {
  const editor = open()
  typeKeys(editor, "a")
  const ask = (inputType: string): boolean =>
    editor.view.dom.dispatchEvent(new InputEvent("beforeinput", { inputType, bubbles: true, cancelable: true }))
  expect(ask("historyUndo")).toBe(false)
  expect(show(editor.view.state)).toEqual(["|"])
  expect(ask("historyRedo")).toBe(false)
  expect(show(editor.view.state)).toEqual(["a|"])
  expect(press(editor, "z", { ctrlKey: true })).toBe(true)
  // There is nothing left, and the key is still ours.
  expect(press(editor, "z", { ctrlKey: true })).toBe(true)
  expect(ask("historyUndo")).toBe(false)
  expect(show(editor.view.state)).toEqual(["|"])
})
