import { CLOSE } from "@ligature/protocol"
import { fakeClock } from "@ligature/testing"
import { openLevelStore } from "@ligature/store-level"
import { openRooms } from "@ligature/room"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { openTrash, PURGE_EVERY_MS } from "../src/history/trash.ts"
import type { AuditEntry } from "../src/operations/audit-log.ts"
import { silentLog } from "../src/server-log.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const ASKER = { who: "ann", address: "10.0.0.7" }
const DAY = 24 * 3600_000

test("what is deleted can be had back for thirty days, and is gone for good after that", async () => {
  await using folder = await temporaryFolder()
  await using store = await openLevelStore(folder.path, { compaction: false })
  const clock = fakeClock()
  const rooms = openRooms({ store, clock })
  const entries: AuditEntry[] = []
  const trash = openTrash({
    store,
    rooms: () => rooms,
    clock,
    log: silentLog,
    audit: (entry) => entries.push(entry),
    keepMs: 30 * DAY,
  })
  const time = clock.now()
  for (const document of ["minutes", "recipes"]) {
    await store.append({ document, updates: [{ update: someUpdate(), time, author: null }] })
  }
  const closes: number[] = []
  const socket = {
    bufferedBytes: 0,
    send(): void {},
    close: (code: number) => void closes.push(code),
    pause(): void {},
    resume(): void {},
    terminate(): void {},
  }
  rooms.join("minutes", socket, { speaks: "ligature.v1", access: "write", identities: [] })
  await expect.poll(() => rooms.stats().rooms).toBe(1)

  expect(await trash.put("absent", ASKER)).toBe(false)
  expect(await trash.put("minutes", ASKER)).toBe(true)
  expect(closes).toEqual([CLOSE.noSuchDocument])
  expect(await store.state("minutes")).toBe("removed")
  expect(trash.list()).toEqual([{ document: "minutes", trashed: time, purge: time + 30 * DAY, by: "ann" }])
  expect(await trash.restore("minutes", ASKER)).toBe(true)
  expect(await store.state("minutes")).toBe("live")

  await trash.put("minutes", ASKER)
  await trash.put("recipes", ASKER)
  expect(await trash.purge("recipes", ASKER)).toBe(true)
  clock.advance(29 * DAY)
  expect(trash.list().map(({ document }) => document)).toEqual(["minutes"])
  clock.advance(DAY + PURGE_EVERY_MS)
  await expect.poll(() => trash.list()).toEqual([])
  expect(await trash.restore("minutes", ASKER)).toBe(false)
  expect((await store.statistics()).bytes).toBe(0)
  expect(entries.map(({ who, document, action, result }) => `${who} ${action} ${document}: ${result}`)).toEqual([
    "ann trash absent: not there",
    "ann trash minutes: done",
    "ann untrash minutes: done",
    "ann trash minutes: done",
    "ann trash recipes: done",
    "ann purge recipes: done",
    "null purge minutes: done",
    "ann untrash minutes: not there",
  ])
  trash.close()
})

function someUpdate(): Uint8Array {
  const doc = new Y.Doc()
  doc.getText("flow").insert(0, "some words")
  return Y.encodeStateAsUpdate(doc)
}
