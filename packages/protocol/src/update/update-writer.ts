import { KIND } from "./content.ts"
import { ORIGIN, type ParsedUpdate, RIGHT_ORIGIN } from "./parsed-update.ts"
import type { RangeSet } from "./range-set.ts"
import { sequenceLength, utf16Length } from "./utf8.ts"

/** Writes V1 updates out of pieces of parsed ones. Counts are written by the caller, before what they count. */
export class UpdateWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #size = 0

  constructor(capacity = 64) {
    this.#bytes = new Uint8Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  /** What was written, as bytes of its own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#size)
  }

  append(other: UpdateWriter): void {
    this.copy(other.#bytes, 0, other.#size)
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#size++] = value
  }

  uint(value: number): void {
    this.#reserve(8)
    let left = value
    while (left > 127) {
      this.#bytes[this.#size++] = 128 | (left % 128)
      left = Math.floor(left / 128)
    }
    this.#bytes[this.#size++] = left
  }

  copy(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start)
    this.#bytes.set(from.subarray(start, end), this.#size)
    this.#size += end - start
  }

  /** Deleted ranges, with their counts: client, from, to, and so on; those of one client next to each other. */
  deletes(ranges: readonly number[]): void {
    let clients = 0
    for (let i = 0; i < ranges.length; i += 3) if (i === 0 || ranges[i] !== ranges[i - 3]) clients++
    this.uint(clients)
    let end = 0
    for (let i = 0; i < ranges.length; i += 3) {
      if (i === end) {
        while (end < ranges.length && ranges[end] === ranges[i]) end += 3
        this.uint(ranges[i] ?? 0)
        this.uint((end - i) / 3)
      }
      this.uint(ranges[i + 1] ?? 0)
      this.uint((ranges[i + 2] ?? 0) - (ranges[i + 1] ?? 0))
    }
  }

  /** Deleted ranges of one client, with their count. */
  rangesOf(client: number, ranges: RangeSet): void {
    this.uint(client)
    this.uint(ranges.size)
    ranges.forEach((from, to) => {
      this.uint(from)
      this.uint(to - from)
    })
  }

  /** A struct as it stands. */
  struct(parsed: ParsedUpdate, struct: number): void {
    this.copy(parsed.bytes, parsed.from[struct] ?? 0, parsed.to[struct] ?? 0)
  }

  /** A struct without its first `offset` clocks. */
  tail(parsed: ParsedUpdate, client: number, struct: number, offset: number): void {
    const length = parsed.length[struct] ?? 0
    if (offset === 0) {
      this.struct(parsed, struct)
      return
    }
    const cut = cutContent(parsed, struct, { clock: 0, at: contentStart(parsed, struct), half: false }, offset)
    this.piece(parsed, client, struct, cut, { clock: length, at: parsed.to[struct] ?? 0, half: false })
  }

  /** The part of a struct between two cuts, with the origin that Yjs's `Item.write` gives it. */
  piece(parsed: ParsedUpdate, client: number, struct: number, from: Cut, to: Cut): void {
    const { bytes } = parsed
    const kind = parsed.kind[struct] ?? 0
    const info = bytes[parsed.from[struct] ?? 0] ?? 0
    if (kind === KIND.gc || kind === KIND.skip) {
      this.byte(info)
    } else if (from.clock === 0) {
      this.copy(bytes, parsed.from[struct] ?? 0, parsed.content[struct] ?? 0)
    } else {
      // What follows a piece of its own item stands right of it. The parent is its left neighbour's, and not written.
      this.byte(info | ORIGIN)
      this.uint(client)
      this.uint((parsed.clock[struct] ?? 0) + from.clock - 1)
      if (info & RIGHT_ORIGIN) {
        parsed.readReferences(struct)
        this.uint(parsed.rightClient)
        this.uint(parsed.rightClock)
      }
    }
    this.#content(bytes, kind, from, to)
  }

  #content(bytes: Uint8Array, kind: number, from: Cut, to: Cut): void {
    if (kind === KIND.string) {
      const replaced = (from.half ? 1 : 0) + (to.half ? 1 : 0)
      const end = to.half ? to.at - 4 : to.at
      this.uint(end - from.at + replaced * REPLACEMENT.length)
      if (from.half) this.copy(REPLACEMENT, 0, REPLACEMENT.length)
      this.copy(bytes, from.at, end)
      if (to.half) this.copy(REPLACEMENT, 0, REPLACEMENT.length)
      return
    }
    this.uint(to.clock - from.clock)
    if (kind === KIND.any || kind === KIND.json) this.copy(bytes, from.at, to.at)
  }

  #reserve(more: number): void {
    const needed = this.#size + more
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** A place inside the content of a struct. */
export interface Cut {
  /** Clocks before it. */
  readonly clock: number
  /** The byte after it; of text cut in the middle of a character of two units, the one after that character. */
  readonly at: number
  /** Whether it halves a character. Yjs writes U+FFFD for each half, so that both stay one clock. */
  readonly half: boolean
}

/** Where the first element of a struct's content starts. Only kinds of more than one clock have such a place. */
export function contentStart(parsed: ParsedUpdate, struct: number): number {
  const { bytes } = parsed
  let at = parsed.content[struct] ?? 0
  // All of them start with a length.
  while ((bytes[at] ?? 0) > 127) at++
  return at + 1
}

/** The cut `clock` clocks into a struct, found from an earlier one. */
export function cutContent(parsed: ParsedUpdate, struct: number, from: Cut, clock: number): Cut {
  const { bytes } = parsed
  const kind = parsed.kind[struct] ?? 0
  let at = from.at
  let left = clock - from.clock
  if (kind === KIND.string) {
    // The second half of a halved character comes first.
    if (from.half) left--
    while (left > 0) {
      const length = sequenceLength(bytes[at] ?? 0)
      at += length
      left -= length === 4 ? 2 : 1
    }
    return { clock, at, half: left < 0 }
  }
  if (kind === KIND.any || kind === KIND.json) {
    at = parsed.skipElements(kind, at, left)
  }
  return { clock, at, half: false }
}

/** The last cut between whole elements that is at most so many bytes and clocks further; `from` itself if not one fits. */
export function cutContentByBytes(parsed: ParsedUpdate, struct: number, from: Cut, bytes: number, clocks: number): Cut {
  const kind = parsed.kind[struct] ?? 0
  const length = parsed.length[struct] ?? 0
  const lastAt = from.at + bytes
  const lastClock = Math.min(length, from.clock + clocks)
  if (kind !== KIND.string && kind !== KIND.any && kind !== KIND.json) return { ...from, clock: lastClock }
  if (kind === KIND.string) {
    // Nearly always bytes run out first, and then nothing needs to be looked at twice.
    const at = startOfCharacter(parsed.bytes, lastAt, parsed.to[struct] ?? 0)
    const clock = from.clock + utf16Length(parsed.bytes, from.at, at)
    if (clock <= lastClock) return { clock, at, half: false }
  }
  let { at, clock } = from
  while (clock < lastClock) {
    const next = nextElement(parsed, kind, at)
    const units = kind === KIND.string && next - at === 4 ? 2 : 1
    if (next > lastAt || clock + units > lastClock) break
    at = next
    clock += units
  }
  return { clock, at, half: false }
}

/** The last place between characters at or before `at`, in text that ends at `end`. */
function startOfCharacter(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return end
  let start = at
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start--
  return start
}

function nextElement(parsed: ParsedUpdate, kind: number, at: number): number {
  return kind === KIND.string ? at + sequenceLength(parsed.bytes[at] ?? 0) : parsed.skipElements(kind, at, 1)
}

const REPLACEMENT = new Uint8Array([0xef, 0xbf, 0xbd])
