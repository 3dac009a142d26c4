import type { HistoryEntry } from "@ligature/store-level"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { BIG_CLOCKS, DAY_MS, HOUR_MS, restorePoints } from "../src/history/restore-points.ts"
import { RawClient } from "./raw-client.ts"
import { testServer } from "./test-server.ts"

const NOW = Date.UTC(2026, 4, 20, 15, 30)

function entry(time: number, o: Partial<HistoryEntry> = {}): HistoryEntry {
  return { time, until: time, author: "ann", inserted: 1, deleted: 0, ...o }
}

describe("the thinned history", () => {
  test("has hours for a day and days for a month, newest first, and never the present", () => {
    const entries: HistoryEntry[] = []
    // Every ten minutes for fifty days.
    for (let time = NOW - 50 * DAY_MS; time <= NOW; time += HOUR_MS / 6) entries.push(entry(time))
    const points = restorePoints(entries, NOW)
    const times = points.map(({ time }) => time)
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    const hours = points.filter(({ kind }) => kind === "hour")
    const days = points.filter(({ kind }) => kind === "day")
    // Its own hour has begun, and ends with the present.
    expect(hours).toHaveLength(24)
    expect(days).toHaveLength(31)
    expect(hours[0]?.time).toBe(Date.UTC(2026, 4, 20, 14, 50))
    expect(days[0]?.time).toBe(Date.UTC(2026, 4, 19, 15, 30))
    expect(days[1]?.time).toBe(Date.UTC(2026, 4, 18, 23, 50))
    expect(times).not.toContain(NOW)
  })

  test("says who wrote since the point before, and how much was there", () => {
    const entries = [
      entry(NOW - 5 * HOUR_MS, { author: "ann", inserted: 100 }),
      entry(NOW - 3 * HOUR_MS, { author: "ben", inserted: 10 }),
      entry(NOW - 3 * HOUR_MS + 1, { author: null, inserted: 0, deleted: 5 }),
      entry(NOW - HOUR_MS, { author: "cleo" }),
    ]
    expect(restorePoints(entries, NOW)).toEqual([
      { time: NOW - 3 * HOUR_MS + 1, kind: "hour", authors: ["ben", null], size: 105 },
      { time: NOW - 5 * HOUR_MS, kind: "hour", authors: ["ann"], size: 100 },
    ])
  })

  test("has the moment before each big deletion, and none for small ones", () => {
    const entries = [
      entry(NOW - 4000, { inserted: 1000 }),
      entry(NOW - 3000, { inserted: 0, deleted: 50 }),
      entry(NOW - 2000, { inserted: 0, deleted: 950 }),
    ]
    expect(restorePoints(entries, NOW)).toEqual([
      { time: NOW - 3000, kind: "before-deletion", authors: ["ann"], size: 950 },
    ])
    const aLine = [entry(NOW - 2000, { inserted: BIG_CLOCKS - 1 }), entry(NOW - 1000, { deleted: BIG_CLOCKS - 1 })]
    expect(restorePoints(aLine, NOW)).toEqual([])
  })

  test("of a document that nobody wrote in, or once, there is nothing to go back to", () => {
    expect(restorePoints([], NOW)).toEqual([])
    expect(restorePoints([entry(NOW)], NOW)).toEqual([])
  })
})

interface Point {
  id: string
  kind: string
  authors: (string | null)[]
}

test("select all, delete, is not final: a copy of what was there before is made over HTTP", async () => {
  await using server = await testServer()
  const api = `${server.address}/api/documents/minutes/restore-points`
  expect((await fetch(api)).status).toBe(404)
  using ann = await new RawClient(`${server.sync}/minutes`, { browserSecret: "ann" }).loaded()
  const text = ann.doc.getText("flow")
  text.insert(0, "All the minutes of the whole year, and what was decided.")
  await ann.saved()
  text.delete(0, text.length)
  await ann.saved()
  using late = await new RawClient(`${server.sync}/minutes`).loaded()
  expect(late.doc.getText("flow").toJSON()).toBe("")

  const listed = await fetch(api)
  expect(listed.status).toBe(200)
  const { restorePoints: points }: { restorePoints: Point[] } = await listed.json()
  const point = points.find(({ kind }) => kind === "before-deletion")
  expect(point).toMatchObject({ authors: [null], size: 56 })

  const update = await fetch(`${api}/${point?.id}`)
  expect(update.headers.get("content-type")).toBe("application/octet-stream")
  const then = new Y.Doc()
  Y.applyUpdate(then, new Uint8Array(await update.arrayBuffer()))
  expect(then.getText("flow").toJSON()).toBe("All the minutes of the whole year, and what was decided.")

  const copied = await fetch(`${api}/${point?.id}/copy`, { method: "POST" })
  expect(copied.status).toBe(201)
  const { name }: { name: string } = await copied.json()
  expect(name).toMatch(/^[\w-]{22}$/)
  using reader = await new RawClient(`${server.sync}/${name}`).loaded()
  expect(reader.doc.getText("flow").toJSON()).toBe("All the minutes of the whole year, and what was decided.")
  reader.doc.getText("flow").insert(0, "Back again: ")
  await reader.saved()
  using unchanged = await new RawClient(`${server.sync}/minutes`).loaded()
  expect(unchanged.doc.getText("flow").toJSON()).toBe("")

  expect((await fetch(`${api}/${point?.id}/copy?name=${name}`, { method: "POST" })).status).toBe(409)
  expect((await fetch(`${api}/17`)).status).toBe(404)
  expect((await fetch(`${api}/yesterday`)).status).toBe(404)
})
