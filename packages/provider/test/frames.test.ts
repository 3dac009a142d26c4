import { encodeDownstream } from "@ligature/protocol"
import { fakeClock } from "@ligature/testing"
import { afterEach, expect, test, vi } from "vitest"
import * as Y from "yjs"
import { IncomingFrames } from "../src/incoming-frames.ts"
import { freshBrowser, openTab, startServer, textOf, until } from "./harness.ts"

afterEach(() => vi.unstubAllGlobals())

/** Animation frames in the test's hand. */
function animation(): { next(): void } {
  let waiting: (() => void)[] = []
  vi.stubGlobal("requestAnimationFrame", (f: () => void) => waiting.push(f))
  vi.stubGlobal("cancelAnimationFrame", () => undefined)
  return {
    next() {
      const now = waiting
      waiting = []
      for (const f of now) f()
    },
  }
}

function receiving(clock = fakeClock()) {
  const page = { isShown: true }
  const doc = new Y.Doc()
  const origin = Symbol("provider")
  const frames = new IncomingFrames(
    doc,
    () => origin,
    clock,
    () => page.isShown,
  )
  const log: string[] = []
  doc.on("afterTransaction", (transaction) => {
    log.push(
      `transaction ${transaction.origin === origin ? "of the provider" : "of nobody"}, local ${transaction.local}`,
    )
  })
  const receiver = {
    onmessage({ data }: { data: Uint8Array }) {
      if (data[0] === 0) {
        log.push(data[1] === 1 ? "step2" : "update")
        Y.applyUpdate(doc, data.subarray(3), "y-websocket")
      } else log.push("presence")
    },
  }
  const type = (text: string): Uint8Array => {
    const update = Y.encodeStateAsUpdate(sender, Y.encodeStateVector(doc))
    const before = Y.encodeStateVector(sender)
    sender.getText("flow").insert(0, text)
    return update.length === 0 ? update : Y.encodeStateAsUpdate(sender, before)
  }
  const sender = new Y.Doc()
  return { doc, page, clock, frames, log, receiver, type }
}

test("updates of one animation frame are one Yjs transaction, with the provider as its origin", () => {
  const page = animation()
  const { doc, frames, log, receiver, type } = receiving()
  for (const letter of ["c", "b", "a"]) {
    frames.add(receiver, "update", encodeDownstream({ type: "update", update: type(letter) }))
  }
  expect(log).toEqual([])
  page.next()
  expect(log).toEqual(["update", "update", "update", "transaction of the provider, local false"])
  expect(doc.getText("flow").toJSON()).toBe("abc")
})

test("while nothing is shown yet, what comes in one turn is one Yjs transaction, and waits for no frame", () => {
  animation()
  const { doc, clock, page, frames, log, receiver, type } = receiving()
  page.isShown = false
  for (const letter of ["b", "a"]) {
    frames.add(receiver, "update", encodeDownstream({ type: "update", update: type(letter) }))
  }
  expect(log).toEqual([])
  clock.advance(0)
  expect(log).toEqual(["update", "update", "transaction of the provider, local false"])
  expect(doc.getText("flow").toJSON()).toBe("ab")
  frames.add(receiver, "update", encodeDownstream({ type: "update", update: type("x") }))
  frames.discard()
  clock.advance(0)
  expect(log).toHaveLength(3)
})

test("presence and synced come behind the updates that came before them", () => {
  const page = animation()
  const { frames, log, receiver, type } = receiving()
  frames.add(receiver, "update", encodeDownstream({ type: "update", update: type("b") }))
  frames.add(receiver, "awareness", encodeDownstream({ type: "awareness", update: Uint8Array.of(0) }))
  frames.add(receiver, "sync-step-2", encodeDownstream({ type: "sync-step-2", update: type("a") }))
  page.next()
  expect(log.slice(0, 5)).toEqual(["update", "update", "transaction of the provider, local false", "presence", "step2"])
})

test("where animation frames sleep, a timer of 250 ms hands on", () => {
  animation()
  const { clock, frames, log, receiver, type } = receiving()
  frames.add(receiver, "update", encodeDownstream({ type: "update", update: type("a") }))
  clock.advance(249)
  expect(log).toEqual([])
  clock.advance(1)
  expect(log).toContain("update")
})

test("frames of a connection that is gone are forgotten", () => {
  const page = animation()
  const { frames, log, receiver, type } = receiving()
  frames.add(receiver, "update", encodeDownstream({ type: "update", update: type("a") }))
  frames.add({ onmessage: null }, "awareness", encodeDownstream({ type: "awareness", update: Uint8Array.of(0) }))
  page.next()
  expect(log).toEqual([])
})

test("an observer that throws stops neither the updates nor what follows them", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined)
  const server = await startServer()
  const tab = openTab(server, freshBrowser())
  await tab.whenLoaded
  tab.doc.getText("flow").observe(() => {
    throw new Error("a bad observer")
  })
  server.doc().getText("flow").insert(0, "a")
  await until(tab, () => textOf(tab) === "a")
  server.doc().getText("flow").insert(1, "b")
  await until(tab, () => textOf(tab) === "ab")
  expect(tab.readOnly.current).toBe(false)
  vi.restoreAllMocks()
})
