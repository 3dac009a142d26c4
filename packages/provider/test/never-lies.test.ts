import type { LocalStore, OpenDocument } from "@ligature/provider"
import { type SeededRandom, seededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import * as Y from "yjs"
import type { FakeServer } from "./fake-server.ts"
import { freshBrowser, openTab, reaches, startServer, textOf } from "./harness.ts"

const SEEDS = Array.from({ length: 10 }, (_, index) => index + 1)
const STEPS = 50

/** One run: two browsers with up to three tabs each, a network that fails, a server that crashes and forgets what it did not receipt. */
class Run {
  readonly random: SeededRandom
  readonly server: FakeServer
  readonly browsers: { store: LocalStore; tabs: OpenDocument[] }[]
  readonly log: string[] = []

  constructor(random: SeededRandom, server: FakeServer) {
    this.random = random
    this.server = server
    this.browsers = [1, 2].map((place) => ({ store: freshBrowser(`${place} of run ${random.integer(1e9)}`), tabs: [] }))
  }

  get tabs(): OpenDocument[] {
    return this.browsers.flatMap(({ tabs }) => tabs)
  }

  async step(): Promise<void> {
    const browser = this.random.pick(this.browsers)
    if (browser.tabs.length === 0 || (browser.tabs.length < 3 && this.random.chance(0.05))) {
      this.log.push("open")
      browser.tabs.push(openTab(this.server, browser.store))
    }
    const tab = this.random.pick(browser.tabs)
    const dice = this.random()
    if (dice < 0.55 && !tab.readOnly.current) this.edit(tab)
    else if (dice < 0.65) {
      this.log.push("close")
      browser.tabs.splice(browser.tabs.indexOf(tab), 1)
      await tab.destroy()
    } else if (dice < 0.75) {
      this.log.push("cut")
      if (this.server.sessions.length > 0) this.random.pick(this.server.sessions).cut()
    } else if (dice < 0.8) {
      this.log.push("crash")
      this.server.crash()
    } else if (dice < 0.9) {
      this.log.push("receipts")
      this.server.receipts = this.random.pick(["at once", "held"])
      this.server.sendReceipts()
    } else {
      this.log.push("wait")
      await new Promise((resolve) => setTimeout(resolve, this.random.integer(4)))
    }
    if (this.random.chance(0.5)) await new Promise((resolve) => setImmediate(resolve))
    for (const tab of this.tabs) this.checkHonesty(tab)
  }

  edit(tab: OpenDocument): void {
    const flow = tab.doc.getText("flow")
    if (flow.length > 3 && this.random.chance(0.4)) {
      const from = this.random.integer(flow.length - 2)
      this.log.push(`delete ${from}`)
      flow.delete(from, 2)
    } else {
      const at = this.random.integer(flow.length + 1)
      this.log.push(`insert ${at}`)
      flow.insert(at, String.fromCodePoint(97 + this.random.integer(26)))
    }
  }

  /** What a tab calls saved, the server would still have after a crash. */
  checkHonesty(tab: OpenDocument): void {
    if (tab.status.state !== "saved") return
    const { clientID } = tab.doc
    const made = Y.decodeStateVector(Y.encodeStateVector(tab.doc)).get(clientID) ?? 0
    const stored = Y.decodeStateVector(Y.encodeStateVector(this.server.durable())).get(clientID) ?? 0
    if (stored < made) throw new Error(`called saved and not stored, after ${this.log.join(", ")}`)
  }
}

test.each(SEEDS)("seed %i: saved is true at every moment, and in the end everybody has every word", async (seed) => {
  const server = await startServer()
  const run = new Run(seededRandom(seed), server)
  for (let step = 0; step < STEPS; step++) await run.step()

  server.receipts = "at once"
  server.sendReceipts()
  for (const { store, tabs } of run.browsers) tabs.push(openTab(server, store))
  await Promise.all(run.tabs.map((tab) => reaches(tab, "saved")))
  // One last word of each travels behind everything that came before it.
  for (const tab of run.tabs) tab.doc.getMap("last").set(String(tab.doc.clientID), true)
  await Promise.all(run.tabs.map((tab) => reaches(tab, "saved")))
  const everything = Y.encodeStateAsUpdate(server.doc())
  for (const tab of run.tabs) {
    Y.applyUpdate(tab.doc, everything, "the test")
    expect({ text: textOf(tab), log: run.log }).toEqual({ text: textOf({ doc: server.doc() }), log: run.log })
    expect(tab.doc.store.pendingStructs).toBe(null)
  }
  await Promise.all(run.tabs.map((tab) => tab.destroy()))
})
