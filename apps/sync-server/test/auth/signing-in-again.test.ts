import { CLOSE } from "@ligature/protocol"
import { openDocument, type OpenDocument } from "@ligature/provider"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import * as Y from "yjs"
import { guardedServer, type GuardedServer, type TestClaims } from "./guarded-server.ts"

// The real client on the real server, both on one clock that stands still until it is moved.

/** Shorter than the time between two pings, which nobody answers while the clock is moved. */
const SHORT = { endsIn: 10 }

test("the application is asked for a fresh token before the old one ends, and nobody notices", async () => {
  await using server = await guardedServer()
  const ann = writer(server, SHORT)
  await ann.until(() => ann.document.status.state === "saved")
  const states: string[] = []
  ann.document.onStatus(({ state }) => states.push(state))
  for (let renewal = 1; renewal <= 4; renewal += 1) {
    server.clock.advance(5_000)
    await expect.poll(() => server.renewals()).toBe(renewal)
    ann.write(".")
    await ann.until(() => ann.document.status.state === "saved")
  }
  expect(await storedText(server)).toBe("....")
  expect(states).not.toContain("offline")
  expect(states).not.toContain("closed")
})

test("what is written after the token ended stays with the writer and is stored once they have a token again", async () => {
  await using server = await guardedServer()
  const ann = writer(server, SHORT)
  await ann.until(() => ann.document.status.state === "saved")
  ann.write("before, ")
  await ann.until(() => ann.document.status.state === "saved")

  ann.claims = null
  server.clock.advance(10_000)
  await ann.until(() => ann.document.status.state === "offline")
  ann.write("meanwhile")
  expect(ann.document.status).toMatchObject({ changes: 1 })
  expect(await storedText(server)).toBe("before, ")

  ann.claims = SHORT
  ann.document.retry()
  await ann.until(() => ann.document.status.state === "saved")
  expect(await storedText(server)).toBe("before, meanwhile")
})

test("an application that has nothing but old tokens: the client says to sign in again, and does not knock for ever", async () => {
  await using server = await guardedServer()
  const ann = writer(server, SHORT)
  await ann.until(() => ann.document.status.state === "saved")
  ann.claims = { endsIn: -1 }
  server.clock.advance(10_000)
  await ann.until(() => ann.document.status.state === "closed")
  const { asked } = ann
  ann.write("unsent")
  expect(ann.document.status).toMatchObject({ code: CLOSE.signInAgain, changes: 1 })
  expect(ann.document.readOnly.reason).toBe("closed")
  server.clock.advance(60_000)
  expect(ann.asked).toBe(asked)

  ann.claims = SHORT
  ann.document.retry()
  await ann.until(() => ann.document.status.state === "saved")
  expect(await storedText(server)).toBe("unsent")
})

test("an application that fails once is asked again while the old token holds", async () => {
  await using server = await guardedServer()
  const ann = writer(server, SHORT)
  await ann.until(() => ann.document.status.state === "saved")
  ann.claims = null
  server.clock.advance(5_000)
  await expect.poll(() => ann.asked).toBe(2)
  ann.claims = SHORT
  server.clock.advance(3_000)
  await expect.poll(() => server.renewals()).toBe(1)
  server.clock.advance(3_000)
  ann.write("still here")
  await ann.until(() => ann.document.status.state === "saved")
  expect(ann.document.status.state).toBe("saved")
})

test("rights taken away while writing: the client says so, keeps the words, and sends them when it may again", async () => {
  await using server = await guardedServer()
  const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
  const ann = writer(server, {})
  await ann.until(() => ann.document.status.state === "saved")
  const path = "/api/documents/minutes/access/ann"
  await server.fetch("PUT", path, { token: admin, body: { access: "read" } })
  ann.write("too late")
  await ann.until(() => ann.document.status.state === "closed")
  expect(ann.document.readOnly.reason).toBe("rights-changed")
  expect(ann.document.status).toMatchObject({ changes: 1, sentence: expect.stringMatching(/no longer change/) })
  expect(await storedText(server)).toBe("")
  await server.fetch("DELETE", path, { token: admin })
  await ann.until(() => ann.document.status.state === "saved")
  expect(ann.document.readOnly.current).toBe(false)
  expect(await storedText(server)).toBe("too late")
})

test("somebody who is shut out is told so, and can take their words along", async () => {
  await using server = await guardedServer()
  const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
  const ann = writer(server, { doc: "*" })
  ann.write("mine")
  await ann.until(() => ann.document.status.state === "saved")
  await server.fetch("PUT", "/api/documents/minutes/access", { token: admin, body: { access: "none" } })
  await ann.until(() => ann.document.status.state === "closed")
  expect(ann.document.status).toMatchObject({ code: CLOSE.notAllowed })
  const copy = ann.document.saveAsNew("a copy")
  onTestFinished(() => copy.destroy())
  await settled(copy, () => copy.status.state === "saved")
  expect(await storedText(server, "a copy")).toBe("mine")
})

class Writer {
  readonly document: OpenDocument
  /** What the application signs next; null: it fails. */
  claims: TestClaims | null
  asked = 0
  readonly #server: GuardedServer

  constructor(server: GuardedServer, claims: TestClaims) {
    this.#server = server
    this.claims = claims
    const { clock } = server
    this.document = openDocument({
      url: server.address,
      document: "minutes",
      WebSocket,
      localStore: false,
      random: () => 0,
      token: () => this.#token(),
      // What is due at once needs no hand to move the clock.
      clock: {
        now: () => clock.now(),
        after(ms, f) {
          if (ms > 0) return clock.after(ms, f)
          const turn = setImmediate(f)
          return () => clearImmediate(turn)
        },
      },
    })
    onTestFinished(() => this.document.destroy())
  }

  write(text: string): void {
    const flow = this.document.doc.getText("flow")
    flow.insert(flow.length, text)
  }

  until(condition: () => boolean): Promise<void> {
    return settled(this.document, condition)
  }

  async #token(): Promise<string> {
    this.asked += 1
    if (this.claims === null) throw new Error("the application is down")
    return this.#server.token(this.claims)
  }
}

function writer(server: GuardedServer, claims: TestClaims): Writer {
  return new Writer(server, claims)
}

async function settled(document: OpenDocument, condition: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!condition()) return
      stop()
      resolve()
    }
    const stop = document.onStatus(look)
    look()
  })
}

async function storedText({ store }: GuardedServer, document = "minutes"): Promise<string> {
  const doc = new Y.Doc()
  for await (const { update } of store.read(document)) Y.applyUpdate(doc, update)
  return doc.getText("flow").toJSON()
}
