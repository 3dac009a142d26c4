// @vitest-environment happy-dom
import type { Status } from "@ligature/provider"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { drawKeptScreen, forgetScreen, keepScreen } from "../src/first-screen.ts"
import { createEditor } from "../src/index.ts"
import { keepFirstScreen } from "../src/keep-first-screen.ts"
import { UnansweredSocket } from "@ligature/testing"

const key = { url: "https://ligature.test", document: "plan" }
const place = { block: null, index: 0, top: 12 }

function screenOf(text: string): { blocks: unknown[]; place: typeof place } {
  return { blocks: [{ type: "block", content: [{ type: "text", text }] }], place }
}

beforeEach(() => localStorage.clear())
afterEach(() => vi.unstubAllGlobals())

test("a kept screen is drawn with its title and its place, for the looks alone", () => {
  keepScreen(key, screenOf("Seen: one heron."), "Field notes")
  const drawn = drawKeptScreen(key)
  expect(drawn?.element.textContent).toBe("Seen: one heron.")
  expect(drawn?.element.inert).toBe(true)
  expect(drawn?.element.getAttribute("aria-busy")).toBe("true")
  expect(drawn?.element.querySelector("[contenteditable], [tabindex='0']")).toBeNull()
  expect(drawn).toMatchObject({ title: "Field notes", place })
})

test("nobody sees what another person, another document or another server showed", () => {
  keepScreen({ ...key, subject: "ada" }, screenOf("Ada's"), "")
  for (const other of [
    key,
    { ...key, subject: "bob" },
    { ...key, subject: "ada", document: "other" },
    { ...key, subject: "ada", url: "https://elsewhere.test" },
    // A name that looks like the end of another key.
    { url: key.url, document: "ada plan" },
  ]) {
    expect(drawKeptScreen(other)).toBeNull()
  }
  // The same server, by the address of its socket.
  expect(drawKeptScreen({ url: "wss://ligature.test/sync/", document: "plan", subject: "ada" })).not.toBeNull()
})

test("what is kept is bounded: in one document, in all of them, and by what the browser gives", () => {
  keepScreen(key, screenOf("old"), "")
  keepScreen(key, screenOf("x".repeat(100_000)), "")
  // No screen rather than one that is not true any more.
  expect(drawKeptScreen(key)).toBeNull()

  vi.useFakeTimers()
  for (let n = 0; n < 50; n++) {
    vi.setSystemTime(1_000_000 + n)
    keepScreen({ ...key, document: `d${n}` }, screenOf(String(n)), "")
  }
  vi.useRealTimers()
  expect(localStorage.length).toBe(20)
  expect(drawKeptScreen({ ...key, document: "d49" })).not.toBeNull()
  expect(drawKeptScreen({ ...key, document: "d29" })).toBeNull()

  const full = vi.fn(() => {
    throw new DOMException("full", "QuotaExceededError")
  })
  const storage = localStorage
  vi.stubGlobal("localStorage", {
    length: 0,
    getItem: (name: string) => storage.getItem(name),
    removeItem: (name: string) => storage.removeItem(name),
    setItem: full,
  })
  keepScreen({ ...key, document: "d49" }, screenOf("new"), "")
  expect(full).toHaveBeenCalledOnce()
  expect(drawKeptScreen({ ...key, document: "d49" })).toBeNull()
})

test("damaged and foreign values are no screen", () => {
  keepScreen(key, screenOf("fine"), "")
  const [name = ""] = Object.keys(localStorage)
  for (const value of ["", "{}", "1 null", "1 {", '1 {"blocks":[],"place":{"index":0,"top":0}}', '1 {"blocks":[1]}']) {
    localStorage.setItem(name, value)
    expect(drawKeptScreen(key)).toBeNull()
  }
})

test("a screen is forgotten when the right to read the document is lost", async () => {
  const element = document.createElement("div")
  document.body.append(element)
  const embed = createEditor({
    element,
    ...key,
    connection: { create: true, localStore: false, WebSocket: UnansweredSocket },
  })
  let status: Status = { state: "saved" }
  const listeners: (() => void)[] = []
  const open = {
    ...embed.document,
    get status() {
      return status
    },
    onStatus(listener: (status: Status) => void) {
      listeners.push(() => listener(status))
      return () => undefined
    },
  }
  const keeping = keepFirstScreen(key, open, { editor: () => null, title: () => "" })
  keepScreen(key, screenOf("secret"), "")
  const become = (code: number): void => {
    status = { state: "closed", code, sentence: "", changes: 0, kept: true }
    for (const tell of listeners) tell()
  }
  // Too large: no reason.
  become(4413)
  expect(drawKeptScreen(key)).not.toBeNull()
  become(4403)
  expect(drawKeptScreen(key)).toBeNull()
  keeping.stop()
  await embed.destroy()
})

test("forgetting a screen that is not there is nothing", () => {
  forgetScreen(key)
  expect(localStorage.length).toBe(0)
})
