import { createDecoder, hasContent, readAny } from "lib0/decoding"
import { createEncoder, toUint8Array, writeAny, type AnyEncodable } from "lib0/encoding"
import { describe, expect, test } from "vitest"
import { DEFAULT_LIMITS } from "../src/index.ts"
import { ByteReader } from "../src/update/byte-reader.ts"
import { checkAny } from "../src/update/content.ts"
import { checkJson } from "../src/update/json.ts"
import { RangeSet } from "../src/update/range-set.ts"
import { utf16Length } from "../src/update/utf8.ts"
import { Random } from "./random-sessions.ts"
import { bytes } from "./update-bytes.ts"

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const UTF8_EDGES = Array.from(bytes("00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ed ee ef bb f0 f3 f4 f5 ff"))
const VALUE_EDGES = [0, 1, 2, 3, 116, 117, 118, 119, 120, 121, 123, 124, 125, 126, 127, 128, 97]
const JSON_PIECES = '{|}|[|]|,|:|"|"a"|"\\u00e4"|\\|1|-|0|.5|e+7|E|true|false|null| |\n|\t|\u00a0|ü|\u0001'.split("|")
const NOTHING = Symbol("no value")
const SEEDS = Array.from({ length: 10 }, (_, i) => i + 1)

/** What a call does, so that two can be compared. */
function outcome<T>(f: () => T): T | "refused" {
  try {
    return f()
  } catch {
    return "refused"
  }
}

function someBytes(random: Random, from: readonly number[], most: number): Uint8Array {
  return Uint8Array.from({ length: random.below(most) }, () => from[random.below(from.length)] ?? 0)
}

function isJson(text: string): boolean {
  const encoded = new TextEncoder().encode(text)
  checkJson(encoded, 0, encoded.length, 64)
  return true
}

/** The byte after a value, as we read it. */
function endOfValue(value: Uint8Array): number {
  const reader = new ByteReader()
  reader.bytes = value
  checkAny(reader, DEFAULT_LIMITS)
  return reader.at
}

function endForLib0(value: Uint8Array): number {
  const decoder = createDecoder(value)
  readAny(decoder)
  return decoder.pos
}

/** The ranges of a plain set of clocks. */
function rangesOf(clocks: ReadonlySet<number>, upTo: number): [number, number][] {
  const ranges: [number, number][] = []
  for (let clock = 0; clock < upTo; clock++) {
    if (!clocks.has(clock)) continue
    const last = ranges.at(-1)
    if (last && last[1] === clock) last[1]++
    else ranges.push([clock, clock + 1])
  }
  return ranges
}

function missingFrom(set: RangeSet, from: number, to: number): [number, number][] {
  const parts: [number, number][] = []
  set.missing(from, to, (start, end) => parts.push([start, end]))
  return parts
}

/** Those of so many random samples about which two readers disagree. */
function disputed<T>(
  count: number,
  sample: () => T,
  ours: (sample: T) => unknown,
  theirs: (sample: T) => unknown,
): T[] {
  return Array.from({ length: count }, sample).filter((one) => outcome(() => ours(one)) !== outcome(() => theirs(one)))
}

describe("our readers agree with those of the platform and of lib0", () => {
  test.each(SEEDS)("UTF-8, seed %i", (seed) => {
    const random = new Random(seed)
    const sample = (): Uint8Array => someBytes(random, UTF8_EDGES, 6)
    expect(
      disputed(
        5000,
        sample,
        (text) => utf16Length(text, 0, text.length),
        (text) => STRICT.decode(text).length,
      ),
    ).toEqual([])
  })

  test.each(SEEDS)("JSON, seed %i", (seed) => {
    const random = new Random(seed)
    const sample = (): string =>
      Array.from({ length: random.below(8) }, () => JSON_PIECES[random.below(JSON_PIECES.length)]).join("")
    expect(disputed(2000, sample, isJson, (text) => JSON.parse(text) !== NOTHING)).toEqual([])
  })

  test.each(SEEDS)("lib0's values, seed %i", (seed) => {
    const random = new Random(seed)
    // lib0 reads on beyond the end and past numbers too long; but what we accept it must read in the same way.
    const sample = (): Uint8Array => someBytes(random, VALUE_EDGES, 12)
    const isAccepted = (value: Uint8Array): boolean => outcome(() => endOfValue(value)) !== "refused"
    const differing = disputed(2000, sample, endOfValue, endForLib0)
    expect(differing.filter(isAccepted)).toEqual([])
  })

  test("every kind of value that lib0 writes is accepted", () => {
    const values: AnyEncodable[] = [
      undefined,
      null,
      true,
      false,
      0,
      -1,
      63,
      -64,
      2 ** 31,
      -(2 ** 31),
      2 ** 53,
      1.5,
      -0,
      1e300,
      Infinity,
      "",
      "ü😀",
      [],
      [[1]],
      {},
      { a: { b: [null] } },
      new Uint8Array([1]),
    ]
    for (const value of [...values, values]) {
      const encoder = createEncoder()
      writeAny(encoder, value)
      const reader = new ByteReader()
      reader.bytes = toUint8Array(encoder)
      checkAny(reader, DEFAULT_LIMITS)
      expect(reader.at).toBe(reader.bytes.length)
      const decoder = createDecoder(reader.bytes)
      readAny(decoder)
      expect(hasContent(decoder)).toBe(false)
    }
  })

  test("a number ends where it ends", () => {
    const reader = new ByteReader()
    reader.bytes = bytes("ff ff ff ff ff ff ff 0f 05")
    expect([reader.uint(), reader.uint()]).toEqual([Number.MAX_SAFE_INTEGER, 5])
    expect(() => reader.uint()).toThrow(expect.objectContaining({ reason: "truncated" }))
  })
})

describe("sets of ranges", () => {
  test.each(SEEDS)("they hold what a plain set holds, seed %i", (seed) => {
    const random = new Random(seed)
    const upTo = seed % 2 > 0 ? 100 : 4000
    const set = new RangeSet()
    const plain = new Set<number>()
    const missing: string[] = []
    const expected: string[] = []
    for (let left = upTo === 100 ? 80 : 1200; left > 0; left--) {
      const from = random.below(upTo)
      const to = Math.min(upTo, from + 1 + random.below(random.chance(0.02) ? upTo / 3 : 3))
      const absent = new Set<number>()
      for (let clock = from; clock < to; clock++) if (!plain.has(clock)) absent.add(clock)
      missing.push(JSON.stringify(missingFrom(set, from, to)))
      expected.push(JSON.stringify(rangesOf(absent, to)))
      set.add(from, to)
      for (let clock = from; clock < to; clock++) plain.add(clock)
    }
    expect(missing).toEqual(expected)
    const ranges: [number, number][] = []
    set.forEach((from, to) => ranges.push([from, to]))
    expect(ranges).toEqual(rangesOf(plain, upTo))
    expect(set.size).toBe(ranges.length)
    expect(Array.from({ length: upTo }, (_, clock) => set.has(clock) === plain.has(clock))).not.toContain(false)
  })

  test("they hold many ranges that come in any order", () => {
    const set = new RangeSet()
    for (let i = 0; i < 3000; i++) {
      const start = ((i * 7919) % 3000) * 3
      set.add(start, start + 1)
    }
    expect(set.size).toBe(3000)
    expect(missingFrom(set, 0, 9)).toEqual([
      [1, 3],
      [4, 6],
      [7, 9],
    ])
    set.add(1, 8999)
    expect(set.size).toBe(1)
    expect(set.has(2 ** 31 - 1)).toBe(false)
  })
})
