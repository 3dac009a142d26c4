import { readdir, readFile, rm, stat, symlink } from "node:fs/promises"
import { join } from "node:path"
import { fakeClock, type FakeClock } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { type AuditLog, type AuditRotation, MOST_WAITING, openAuditLog, RETRY_MS } from "../src/operations/audit-log.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const DAY: AuditRotation = { by: "day" }

interface Desk extends AsyncDisposable {
  readonly file: string
  readonly folder: string
  readonly clock: FakeClock
  readonly audit: AuditLog
  readonly troubles: (string | null)[]
  lost: number
  /** Gives a full disk its space back. */
  mend(): Promise<void>
  /** Everything that was recorded, in all files, oldest first. */
  lines(): Promise<{ file: string; action: string; result: string }[]>
}

/** @param isFull the file lies on a device that takes nothing (full(4)) */
async function desk(rotation: AuditRotation = DAY, isFull = false): Promise<Desk> {
  const folder = await temporaryFolder()
  const file = join(folder.path, "audit.log")
  if (isFull) await symlink("/dev/full", file)
  const clock = fakeClock()
  const troubles: (string | null)[] = []
  const audit = await openAuditLog({
    file,
    rotation,
    clock,
    onTrouble: (error) => troubles.push(error === null ? null : error.message),
    onLost: (entries) => {
      it.lost += entries
    },
  })
  const it: Desk = {
    file,
    folder: folder.path,
    clock,
    audit,
    troubles,
    lost: 0,
    mend: () => rm(file),
    async lines() {
      const names = (await readdir(folder.path)).toSorted((a, b) => b.length - a.length || a.localeCompare(b))
      const found: { file: string; action: string; result: string }[] = []
      for (const name of names) {
        for (const line of (await readFile(join(folder.path, name), "utf8")).split("\n").slice(0, -1)) {
          found.push({ file: name, ...JSON.parse(line) })
        }
      }
      return found
    },
    [Symbol.asyncDispose]: async () => {
      await audit.close()
      await folder[Symbol.asyncDispose]()
    },
  }
  return it
}

function entry(action: string): Parameters<AuditLog["record"]>[0] {
  return { who: "ann", document: "minutes", action, address: "10.0.0.7", result: "write" }
}

describe("the audit log", () => {
  test("has a line for each action, in order, in a file that only its owner reads", async () => {
    await using it = await desk()
    for (let n = 0; n < 500; n++) it.audit.record(entry(`action ${n}`))
    await it.audit.close()
    const lines = await it.lines()
    expect(lines.map(({ action }) => action)).toEqual(Array.from({ length: 500 }, (_, n) => `action ${n}`))
    expect(lines[0]).toEqual({
      file: "audit.log",
      time: new Date(it.clock.now()).toISOString(),
      ...entry("action 0"),
    })
    expect((await stat(it.file)).mode & 0o777).toBe(0o600)
    expect([it.troubles, it.lost]).toEqual([[], 0])
  })

  test("a new day, or a size, begins a new file, and a restart goes on with the old one", async () => {
    await using it = await desk({ by: "size", bytes: 300 })
    for (const action of ["one", "two", "three", "four", "five"]) {
      it.audit.record(entry(action))
      await expect.poll(async () => (await it.lines()).at(-1)?.action).toBe(action)
      it.clock.advance(1000)
    }
    const lines = await it.lines()
    expect(lines.map(({ action }) => action)).toEqual(["one", "two", "three", "four", "five"])
    expect(new Set(lines.map(({ file }) => file)).size).toBe(2)
    expect(lines.at(-1)?.file).toBe("audit.log")

    await using other = await desk(DAY)
    other.audit.record(entry("today"))
    await expect.poll(async () => (await other.lines()).length).toBe(1)
    other.clock.advance(24 * 3600_000)
    other.audit.record(entry("tomorrow"))
    await expect.poll(async () => (await other.lines()).length).toBe(2)
    expect((await other.lines()).map(({ file }) => file === "audit.log")).toEqual([false, true])
  })

  test.skipIf(process.platform !== "linux")("what cannot be written waits and is reported once", async () => {
    await using it = await desk(DAY, true)
    for (let n = 0; n < 3; n++) it.audit.record(entry(`action ${n}`))
    await expect.poll(() => it.troubles).toEqual([expect.stringMatching(/ENOSPC/)])
    it.audit.record(entry("action 3"))
    it.clock.advance(RETRY_MS)
    await expect.poll(() => it.clock.waiting).toBe(1)
    await it.mend()
    it.clock.advance(RETRY_MS)
    await expect.poll(() => it.troubles).toEqual([expect.stringMatching(/ENOSPC/), null])
    expect((await it.lines()).map(({ action }) => action)).toEqual(["action 0", "action 1", "action 2", "action 3"])
    expect(it.lost).toBe(0)
  })

  test.skipIf(process.platform !== "linux")("gives up the oldest beyond its bound, and says how many", async () => {
    await using it = await desk(DAY, true)
    for (let n = 0; n < MOST_WAITING + 7; n++) it.audit.record(entry(`action ${n}`))
    expect(it.lost).toBe(7)
    await expect.poll(() => it.troubles.length).toBe(1)
    await it.mend()
    it.clock.advance(RETRY_MS)
    await expect.poll(() => it.troubles.at(-1)).toBeNull()
    const lines = await it.lines()
    expect(lines[0]).toMatchObject({ action: "audit-gap", result: "7 entries could not be written" })
    expect(lines.slice(1).map(({ action }) => action)).toEqual(
      Array.from({ length: MOST_WAITING }, (_, n) => `action ${n + 7}`),
    )
  })
})
