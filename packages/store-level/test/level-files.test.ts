import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { checkLog, LOG_BLOCK_BYTES } from "../src/check-log-file.ts"
import { checkTable } from "../src/check-table-file.ts"
import { crc32c } from "../src/crc32c.ts"
import { openLevelStore } from "../src/index.ts"
import { Damage } from "../src/sealed-value.ts"
import { decompressSnappy } from "../src/snappy.ts"
import { flipBit, moveToTables, writeSamples } from "./sample-store.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { typing, updatesOf } from "./yjs-document.ts"

// What LevelDB itself wrote is checked here without LevelDB.

async function file(folder: string, pattern: RegExp): Promise<Buffer> {
  const name = (await readdir(folder)).find((found) => pattern.test(found))
  if (name === undefined) throw new Error(`there is no file ${pattern}`)
  return await readFile(join(folder, name))
}

/** Enough that a table has many blocks, compressed and not, and a log several blocks of its own. */
async function fill(folder: string): Promise<void> {
  await using store = await openLevelStore(folder, { compaction: false })
  for (let n = 0; n < 60; n++) {
    await store.append({
      document: `document ${n}`,
      updates: updatesOf(typing(`words of number ${n}`), { clientID: n + 1 }),
    })
    const noise = Uint8Array.from({ length: 2000 }, (_, i) => (i * i * 31 + n * 7 + (i >> 3)) & 255)
    await store.append({ document: `document ${n}`, updates: [], rows: new Map([["noise", noise]]) })
  }
}

test("CRC-32C of the examples in RFC 3720, and of any length", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43)
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, n) => n))).toBe(0x46dd794e)
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283)
  expect(crc32c(new Uint8Array())).toBe(0)
})

test("Snappy: literals, copies that reach into themselves, and nothing else", () => {
  // "ab", then 8 bytes from 2 before, then "c".
  const compressed = Uint8Array.of(11, 0x04, 97, 98, 0b000_100_01, 2, 0x00, 99)
  expect(Buffer.from(decompressSnappy(compressed)).toString()).toBe("abababababc")
  for (let end = 0; end < compressed.length; end++) {
    expect(() => decompressSnappy(compressed.subarray(0, end)), `${end} bytes`).toThrow(Damage)
  }
  expect(() => decompressSnappy(Uint8Array.of(4, 0b000_000_01, 1))).toThrow(Damage)
  expect(() => decompressSnappy(Uint8Array.of(255, 255, 255, 255, 15, 0))).toThrow(Damage)
})

describe("a table", () => {
  test("as LevelDB wrote it is good, and any flipped bit of a small one is found", async () => {
    const folder = await temporaryFolder()
    await writeSamples(folder, ["one"])
    await moveToTables(folder)
    const table = await file(folder, /\.ldb$/)
    checkTable(table)
    const missed: number[] = []
    for (let bit = 0; bit < table.length * 8; bit++) {
      if (!isDamaged(flipBit(table, bit))) missed.push(bit)
    }
    expect(missed).toEqual([])
  })

  test("of many blocks: flipped bits all over, and every cut, are found", async () => {
    const folder = await temporaryFolder()
    await fill(folder)
    await moveToTables(folder)
    const table = await file(folder, /\.ldb$/)
    checkTable(table)
    expect(table.length).toBeGreaterThan(100_000)
    const missed: string[] = []
    for (let bit = 0; bit < table.length * 8; bit += 1009)
      if (!isDamaged(flipBit(table, bit))) missed.push(`bit ${bit}`)
    for (let end = 0; end < table.length; end += 997) if (!isDamaged(table.subarray(0, end))) missed.push(`cut ${end}`)
    expect(missed).toEqual([])
    expect(isDamaged(Buffer.concat([table.subarray(0, 100), table]))).toBe(true)
  })
})

describe("a log", () => {
  test("any flipped bit is found, or cuts short the last record, which looks like a crash", async () => {
    const folder = await temporaryFolder()
    await fill(folder)
    const log = await file(folder, /\.log$/)
    expect(log.length).toBeGreaterThan(3 * LOG_BLOCK_BYTES)
    expect(checkLog(log)).toEqual({ damages: [], isTorn: false })
    const missed: number[] = []
    const torn: number[] = []
    for (let bit = 0; bit < log.length * 8; bit += 1009) {
      const { damages, isTorn } = checkLog(flipBit(log, bit))
      if (isTorn) torn.push(bit)
      else if (damages.length !== 1) missed.push(bit)
    }
    expect(missed).toEqual([])
    expect(torn.every((bit) => bit >= (log.length - LOG_BLOCK_BYTES) * 8)).toBe(true)
  })

  test("one that ends in the middle of a record is torn and not damaged", async () => {
    const folder = await temporaryFolder()
    await writeSamples(folder, ["one"])
    const log = await file(folder, /\.log$/)
    expect(checkLog(log.subarray(0, -1))).toEqual({ damages: [], isTorn: true })
    expect(checkLog(Buffer.concat([log, Buffer.alloc(3, 7)]))).toEqual({ damages: [], isTorn: true })
    // Space that a file system reserved.
    expect(checkLog(Buffer.concat([log, Buffer.alloc(500)]))).toEqual({ damages: [], isTorn: false })
    const manifest = await file(folder, /^MANIFEST/)
    expect(checkLog(manifest)).toEqual({ damages: [], isTorn: false })
  })
})

function isDamaged(table: Buffer): boolean {
  try {
    checkTable(table)
    return false
  } catch (error) {
    if (error instanceof Damage) return true
    throw error
  }
}
