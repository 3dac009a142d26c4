// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest"
import { createEditor, type EmbedOptions, type LigatureEmbed } from "../src/create-editor.ts"
import { bindTitle } from "../src/document-title.ts"
import { drawNotice } from "../src/draw-notice.ts"
import type { ReadOnlyReason } from "../src/index.ts"
import { UnansweredSocket } from "@ligature/testing"

let element: HTMLElement
const opened: LigatureEmbed[] = []

beforeEach(() => {
  element = document.createElement("div")
  document.body.append(element)
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((embed) => embed.destroy()))
  document.body.replaceChildren()
})

/** An editor without a network, of a document that was made here unless said otherwise. */
function open(options: Partial<EmbedOptions> = {}): LigatureEmbed {
  const embed = createEditor({
    element,
    url: "ws://ligature.test",
    document: "plan",
    connection: { create: true, localStore: false, WebSocket: UnansweredSocket },
    ...options,
  })
  opened.push(embed)
  return embed
}

test("one call gives a toolbar, the people, the text and a status line, each with its name", async () => {
  const embed = open({ user: { name: "Ada Lovelace", color: "#2563ae" } })
  await embed.whenReady
  expect(element.querySelector("[role=toolbar]")?.getAttribute("aria-label")).toBe("Formatting")
  expect(element.querySelector("[aria-label='People here']")?.textContent).toContain("Ada Lovelace (you)")
  expect(element.querySelector("[role=textbox]")?.getAttribute("aria-label")).toBe("Document")
  expect(element.querySelector("[aria-label='Saving status']")?.textContent).not.toBe("")
})

test("a document that has not loaded shows a skeleton, never an empty page", async () => {
  const embed = open({ connection: { localStore: false, WebSocket: UnansweredSocket } })
  await Promise.resolve()
  expect(embed.editor).toBeNull()
  expect(embed.text()).toBeNull()
  expect(element.querySelector("[role=textbox]")).toBeNull()
  expect(element.querySelector("[aria-busy=true] .ligature-skeleton")).not.toBeNull()
})

test("opening writes nothing into the document", async () => {
  const embed = open({ user: { name: "Ada", color: "#2563ae" } })
  let updates = 0
  embed.document.doc.on("update", () => (updates += 1))
  await embed.whenReady
  embed.focus()
  expect(updates).toBe(0)
})

test("a note above the text says why it can only be read, and nothing while it can be edited", async () => {
  const listeners: (() => void)[] = []
  let reason: ReadOnlyReason | null = null
  const readOnly = {
    get current() {
      return reason !== null
    },
    get reason() {
      return reason
    },
    onChange(listener: () => void) {
      listeners.push(listener)
      return () => listeners.pop()
    },
  }
  const text = document.createElement("div")
  element.append(text)
  const stop = drawNotice(text, readOnly)
  const note = element.querySelector<HTMLElement>("[role=note]")
  expect(note?.hidden).toBe(true)
  reason = "access"
  for (const tell of listeners) tell()
  expect(note?.textContent).toBe("You may read this document, but not change it.")
  expect(note?.hidden).toBe(false)
  stop()
  expect(element.querySelector("[role=note]")).toBeNull()
})

test("parts that the page draws itself stay away, and the toolbar goes where it is told", async () => {
  const place = document.createElement("nav")
  document.body.append(place)
  const embed = open({ parts: { toolbar: place, people: false, status: false, notice: false } })
  await embed.whenReady
  expect(place.querySelector("[role=toolbar]")).not.toBeNull()
  expect(element.querySelector("[role=toolbar], [role=note], ul, [aria-label='Saving status']")).toBeNull()
  await embed.destroy()
  expect(place.childElementCount).toBe(0)
})

test("a new name is seen by the others", async () => {
  const embed = open({ user: { name: "Ada", color: "#2563ae", id: "a" } })
  await embed.whenReady
  embed.setUser({ name: "Ada L.", color: "#b3402a", id: "a" })
  expect(embed.document.awareness.getLocalState()?.["user"]).toEqual({ name: "Ada L.", color: "#b3402a", id: "a" })
  expect(embed.people.current).toMatchObject([{ name: "Ada L.", isMe: true }])
})

test("title and field are kept equal, in both directions", async () => {
  const embed = open()
  await embed.whenReady
  const field = document.createElement("input")
  const heard: string[] = []
  embed.title.onChange((title) => heard.push(title))
  const stop = bindTitle(embed, field)
  field.value = "Plan"
  field.dispatchEvent(new Event("input"))
  expect(embed.title.current).toBe("Plan")
  embed.document.doc.getText("title").insert(4, " B")
  expect(field.value).toBe("Plan B")
  expect(heard).toEqual(["Plan", "Plan B"])
  stop()
})

test("destroying takes everything off the page, at once and only once", async () => {
  const embed = open()
  await embed.whenReady
  const ended = embed.destroy()
  expect(element.childElementCount).toBe(0)
  expect(embed.destroy()).toBe(ended)
  await ended
  expect(embed.editor).toBeNull()
})

test("destroying before the document has loaded leaves nothing that comes later", async () => {
  const embed = open()
  await embed.destroy()
  await Promise.resolve()
  expect(element.childElementCount).toBe(0)
})

test.each([
  ["element", { element: "#editor" }],
  ["url", { url: "" }],
  ["document", { document: undefined }],
  ["user.color", { user: { name: "Ada", color: "blue" } }],
])("a wrong %s is named", (name, wrong) => {
  // As a page of plain JavaScript would call it.
  const options = { element, url: "ws://x", document: "plan", ...(wrong as object) }
  expect(() => createEditor(options)).toThrow(name)
})
