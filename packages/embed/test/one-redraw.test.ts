// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { createEditor, type LigatureEmbed } from "../src/create-editor.ts"
import { AnsweringServer } from "./answering-socket.ts"

let frames: (() => void)[] = []
let embed: LigatureEmbed | null = null

beforeEach(() => {
  // Animation frames are the test's to give.
  frames = []
  vi.stubGlobal("requestAnimationFrame", (f: () => void) => frames.push(f))
  vi.stubGlobal("cancelAnimationFrame", () => undefined)
})

afterEach(async () => {
  vi.unstubAllGlobals()
  await embed?.destroy()
  embed = null
  document.body.replaceChildren()
})

function frame(): void {
  for (const f of frames.splice(0)) f()
}

function nextTurnOnly(ms: number, f: () => void): () => void {
  if (ms > 0) return () => undefined
  const timer = setTimeout(f)
  return () => clearTimeout(timer)
}

/** A document in sync with a server, and the texts that the view has shown since. */
async function opened(text: string) {
  const server = new AnsweringServer()
  server.type(text)
  embed = createEditor({
    element: document.body.appendChild(document.createElement("main")),
    url: "ws://ligature.test",
    document: "plan",
    // No time passes: once the document is shown, nothing but a frame may hand on what waits.
    connection: {
      localStore: false,
      WebSocket: server.socketClass,
      clock: { now: () => 0, after: nextTurnOnly },
    },
  })
  const { view } = await embed.whenReady
  frame()
  const shown: string[] = []
  const update = view.updateState.bind(view)
  view.updateState = (state) => {
    if (state.doc !== view.state.doc) shown.push(state.doc.textContent)
    update(state)
  }
  return { server, view, shown }
}

test("what others type within one animation frame is one ProseMirror transaction, and none before the frame", async () => {
  const { server, shown } = await opened("one")
  server.type(" two three")
  expect(shown).toEqual([])
  frame()
  expect(shown).toEqual(["one two three"])
  server.type("!")
  frame()
  expect(shown).toEqual(["one two three", "one two three!"])
})

test("a key is drawn and sent at once, before the thousand keys of others that wait for the frame", async () => {
  const { server, view, shown } = await opened("one")
  server.type("x".repeat(1_000))
  const before = server.received.length
  view.dispatch(view.state.tr.insertText("K", 2))
  expect(shown).toEqual(["Kone"])
  expect(server.received.length).toBe(before + 1)
  frame()
  expect(shown).toEqual(["Kone", `Kone${"x".repeat(1_000)}`])
  expect(server.received.length).toBe(before + 1)
})
