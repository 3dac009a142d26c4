import { readdirSync } from "node:fs"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { openFaultyStore, type FaultyStore } from "../../../packages/store/src/faulty-store.ts"
import { StoreError } from "@ligature/store"
import { openLevelStore } from "@ligature/store-level"
import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import { openRooms, type Rooms } from "@ligature/room"
import * as Y from "yjs"
import { decodeDownstream, encodeUpstream } from "@ligature/protocol"
import { temporaryFolder } from "./temporary-folder.ts"

/** Documents opened, written in and closed; every seventh cannot be loaded. `npm run soak -- leaks` makes it 2,000. */
const CYCLES = Number(process.env["LEAK_CYCLES"] ?? 200)
/** The store remembers the last ten thousand documents on purpose; these are all known after the warm-up. */
const DOCUMENTS = 100
const WARM_UP = 2 * DOCUMENTS
const FAILING = 7

test(`${CYCLES} rooms open, are written in and close, failing loads among them: memory, timers and files come back`, async () => {
  await using folder = await temporaryFolder()
  const clock = fakeClock()
  const level = await openLevelStore(folder.path, { compaction: false })
  const store: FaultyStore = openFaultyStore(level)
  const rooms = openRooms({ store, clock })
  const live = async (cycles: number): Promise<void> => {
    for (let n = 0; n < cycles; n++) {
      await oneLife(rooms, store, n)
      if (n % 50 === 49) await rest(rooms, clock)
    }
    await rest(rooms, clock)
  }
  await live(WARM_UP)
  const before = footprint(clock)
  await live(CYCLES)
  const after = footprint(clock)
  expect(rooms.stats()).toMatchObject({ rooms: 0, opening: 0, closing: 0, sessions: 0, unstoredBytes: 0 })
  expect(after.timers, "timers of rooms").toBe(before.timers)
  expect(after.files, "open files; LevelDB has a few tables more").toBeLessThanOrEqual(before.files + 4)
  expect(after.resources, "what keeps a process alive").toBeLessThanOrEqual(before.resources)
  if (process.env["FIGURES"] !== undefined) {
    process.stdout.write(
      `leaks: ${CYCLES} cycles, heap ${(after.heap - before.heap) / 1024} KB more, files ${before.files} → ${after.files}\n`,
    )
  }
  // The collector leaves a quarter of a megabyte more or less; an open room costs far more than a kilobyte.
  expect(after.heap - before.heap, "bytes of heap").toBeLessThan(1024 * 1024 + CYCLES * 1024)
  await rooms.close()
  await level.close()
})

// The collector, in a process that was not started with it.
setFlagsFromString("--expose-gc")
const gc: unknown = runInNewContext("gc")

function collectGarbage(): void {
  if (typeof gc !== "function") throw new TypeError("V8 has no gc")
  for (let n = 0; n < 3; n++) Reflect.apply(gc, undefined, [])
}

interface Footprint {
  readonly heap: number
  readonly timers: number
  readonly files: number
  readonly resources: number
}

function footprint(clock: { readonly waiting: number }): Footprint {
  collectGarbage()
  return {
    heap: process.memoryUsage().heapUsed,
    timers: clock.waiting,
    files: readdirSync("/proc/self/fd").length,
    resources: process.getActiveResourcesInfo().length,
  }
}

/** One document's day: two people come, one writes, both go. */
async function oneLife(rooms: Rooms, store: FaultyStore, n: number): Promise<void> {
  const fails = n % FAILING === 0
  if (fails) store.failReads(new StoreError("STORE_UNAVAILABLE", "the disk does not answer"))
  const doc = new Y.Doc()
  doc.getText("text").insert(0, `document ${n} `.repeat(20))
  const ended = new Promise<string>((resolve) => {
    const sessions = ["a", "b"].map((who) => {
      const session = rooms.join(
        `document-${n % DOCUMENTS}`,
        {
          bufferedBytes: 0,
          send(frame: Uint8Array): void {
            const message = decodeDownstream(frame)
            if (message.type === "receipt" && message.count > 0) setImmediate(() => resolve("written"))
          },
          close: () => resolve("closed"),
          pause(): void {},
          resume(): void {},
          terminate(): void {},
        },
        { speaks: "ligature.v1", access: "write", identities: [`browser:${who}`] },
      )
      return session
    })
    sessions[0]?.receive(encodeUpstream({ type: "update", update: Y.encodeStateAsUpdate(doc) }))
    for (const session of sessions)
      session.receive(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }))
    goodbyes.push(() => sessions.forEach((session) => session.closed()))
  })
  expect(await ended).toBe(fails ? "closed" : "written")
  for (const goodbye of goodbyes.splice(0)) goodbye()
  store.failReads(null)
  doc.destroy()
}

const goodbyes: (() => void)[] = []

/** Rooms close some seconds after their last session. */
async function rest(rooms: Rooms, clock: { advance(ms: number): void }): Promise<void> {
  for (let turn = 0; turn < 100 && stillOpen(rooms); turn++) {
    clock.advance(5000)
    await new Promise((resolve) => setImmediate(resolve))
  }
  clock.advance(60_000)
}

function stillOpen(rooms: Rooms): boolean {
  const { rooms: open, opening, closing } = rooms.stats()
  return open + opening + closing > 0
}
