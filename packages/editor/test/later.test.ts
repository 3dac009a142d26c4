// @vitest-environment happy-dom
import { TextSelection } from "prosemirror-state"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { placeIn, show } from "./notation.ts"
import { press, typeKeys } from "./peers.ts"
import type { LigatureEditor } from "../src/index.ts"

let isOffline = false
let editor: LigatureEditor | null = null

beforeEach(() => {
  isOffline = false
  // Each test opens a page on which nothing was fetched before.
  vi.resetModules()
  vi.doMock("../src/late-features.ts", async (original) => {
    if (isOffline) throw new Error("no network")
    return original()
  })
})

afterEach(() => {
  editor?.destroy()
  document.body.replaceChildren()
})

async function open(): Promise<LigatureEditor> {
  const { createEditor } = await import("../src/index.ts")
  const element = document.createElement("div")
  document.body.append(element)
  const doc = new Y.Doc()
  editor = createEditor({ element, doc, awareness: new Awareness(doc) })
  return editor
}

const dialog = (): HTMLElement | null => document.querySelector<HTMLElement>("form.ligature-link")

/** What is said to the writer, aloud too: the place for it is there before it says something. */
const said = (): string | null | undefined => document.querySelector("[role=status]")?.textContent

function select({ view }: LigatureEditor, from: number, to: number): void {
  const { doc } = view.state
  view.dispatch(view.state.tr.setSelection(TextSelection.create(doc, placeIn(doc, 0, from), placeIn(doc, 0, to))))
}

test("keys whose code is still on the way do their work when it has come", async () => {
  const { view } = await open().then((opened) => {
    typeKeys(opened, "one")
    press(opened, "Enter")
    typeKeys(opened, "two")
    press(opened, "ArrowUp", { altKey: true })
    return opened
  })
  expect(show(view.state)).toEqual(["one", "two|"])
  await vi.waitFor(() => expect(show(view.state)).toEqual(["two|", "one"]))
})

test("a key whose code cannot be fetched says so, and does its work once there is a network again", async () => {
  isOffline = true
  const opened = await open()
  typeKeys(opened, "one")
  press(opened, "Enter")
  typeKeys(opened, "two")
  for (const [key, held] of [
    ["ArrowUp", { altKey: true }],
    ["k", { ctrlKey: true }],
  ] as const) {
    press(opened, key, held)
    await vi.waitFor(() => expect(said()).toMatch(/could not be loaded\. Try again when you are online\.$/))
    expect(show(opened.view.state)).toEqual(["one", "two|"])
    // Whoever goes on has read it.
    opened.view.dom.dispatchEvent(new KeyboardEvent("keydown", { key: "Shift" }))
    expect(said()).toBe("")
  }
  isOffline = false
  vi.doMock("../src/late-features.ts", (original) => original())
  press(opened, "ArrowUp", { altKey: true })
  await vi.waitFor(() => expect(show(opened.view.state)).toEqual(["two|", "one"]))
  expect(said()).toBe("")
})

test("an address is asked for as soon as the dialog is here", async () => {
  const opened = await open()
  typeKeys(opened, "word")
  select(opened, 0, 4)
  press(opened, "k", { ctrlKey: true })
  expect(dialog()).toBeNull()
  await vi.waitFor(() => expect(dialog()?.hidden).toBe(false))
})

test("where one has gone on writing, no dialog comes after", async () => {
  const opened = await open()
  typeKeys(opened, "word")
  select(opened, 0, 4)
  press(opened, "k", { ctrlKey: true })
  select(opened, 4, 4)
  typeKeys(opened, "s")
  const { loadLateFeatures } = await import("../src/later.ts")
  await loadLateFeatures()
  await Promise.resolve()
  expect(dialog()?.hidden ?? true).toBe(true)
})

test("without a network the text can be written, and what could not be fetched is fetched when it is asked for again", async () => {
  isOffline = true
  const opened = await open()
  const { loadLateFeatures, takeFirstScreen } = await import("../src/later.ts")
  typeKeys(opened, "# one")
  select(opened, 0, 3)
  press(opened, "k", { ctrlKey: true })
  await expect(loadLateFeatures()).rejects.toThrow("mocking a module")
  expect(takeFirstScreen(opened.view)).toBeNull()
  select(opened, 3, 3)
  typeKeys(opened, " two")
  expect(show(opened.view.state)).toEqual(["h1: one two|"])
  isOffline = false
  vi.doMock("../src/late-features.ts", (original) => original())
  press(opened, "k", { ctrlKey: true })
  await vi.waitFor(() => expect(dialog()?.hidden).toBe(false))
})

test("a toolbar stands at once; its buttons come with their code, at the latest when there is a network again", async () => {
  isOffline = true
  const opened = await open()
  const { createToolbar } = await import("../src/index.ts")
  const { loadLateFeatures } = await import("../src/later.ts")
  const toolbar = createToolbar(opened)
  document.body.append(toolbar.element)
  expect(toolbar.element.getAttribute("aria-label")).toBe("Formatting")
  await expect(loadLateFeatures()).rejects.toThrow("mocking a module")
  expect(toolbar.element.querySelector("button")).toBeNull()
  vi.doMock("../src/late-features.ts", (original) => original())
  await vi.waitFor(() => {
    window.dispatchEvent(new Event("online"))
    expect(toolbar.element.querySelectorAll("button").length).toBeGreaterThan(0)
  })
  toolbar.element.querySelector<HTMLElement>("[data-command=heading1]")?.click()
  expect(show(opened.view.state)).toEqual(["h1: |"])
  toolbar.destroy()
})

test("a toolbar that is taken away before its buttons came gets none", async () => {
  const opened = await open()
  const { createToolbar } = await import("../src/index.ts")
  const { loadLateFeatures } = await import("../src/later.ts")
  const toolbar = createToolbar(opened)
  toolbar.destroy()
  await loadLateFeatures()
  expect(toolbar.element.childElementCount).toBe(0)
})
