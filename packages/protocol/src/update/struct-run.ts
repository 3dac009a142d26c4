import { KIND } from "./content.ts"
import type { ParsedUpdate } from "./parsed-update.ts"
import { contentStart, UpdateWriter } from "./update-writer.ts"

/**
 * Structs of one client, each following the one before, as they are collected from updates. Text typed on behind itself becomes one struct, as
 * Yjs makes it: key by key it costs twenty bytes a character, and an object for each in every peer that reads it.
 */
export class StructRun {
  /** The first clock, and the one after the last. */
  readonly from: number
  to: number
  structs = 0
  readonly #bytes = new UpdateWriter()
  /** The text of the last struct, whose head is in `#bytes`, while more of it may come; null if no text can go on there. */
  #text: UpdateWriter | null = null
  /** The right origin of that struct; a client of -1 is none. */
  #rightClient = -1
  #rightClock = 0

  constructor(from: number) {
    this.from = from
    this.to = from
  }

  /** Adds a struct that starts at `to`. */
  add(parsed: ParsedUpdate, client: number, struct: number): void {
    if (parsed.kind[struct] === KIND.string) {
      this.#addText(parsed, client, struct)
    } else {
      this.#closeText()
      this.#bytes.struct(parsed, struct)
      this.structs++
    }
    this.to += parsed.length[struct] ?? 0
  }

  /** Adds the part of a struct that lies behind `to`. */
  addTail(parsed: ParsedUpdate, client: number, struct: number): void {
    this.#closeText()
    const offset = this.to - (parsed.clock[struct] ?? 0)
    this.#bytes.tail(parsed, client, struct, offset)
    this.structs++
    this.to += (parsed.length[struct] ?? 0) - offset
  }

  /** What lies between is known to whoever gets this, or comes another way. */
  skipTo(clock: number): void {
    this.#closeText()
    this.#bytes.byte(KIND.skip)
    this.#bytes.uint(clock - this.to)
    this.structs++
    this.to = clock
  }

  /** Writes the structs as they are by now; more can be added afterwards. */
  writeTo(writer: UpdateWriter): void {
    writer.append(this.#bytes)
    if (this.#text === null) return
    writer.uint(this.#text.size)
    writer.append(this.#text)
  }

  #addText(parsed: ParsedUpdate, client: number, struct: number): void {
    const { bytes } = parsed
    const end = parsed.to[struct] ?? 0
    parsed.readReferences(struct)
    if (this.#text !== null && this.#goesOn(parsed, client)) {
      this.#text.copy(bytes, contentStart(parsed, struct), end)
      return
    }
    this.#closeText()
    this.structs++
    if (parsed.keyed) {
      // The value of a key is one whole.
      this.#bytes.struct(parsed, struct)
      return
    }
    this.#bytes.copy(bytes, parsed.from[struct] ?? 0, parsed.content[struct] ?? 0)
    this.#text = new UpdateWriter()
    this.#text.copy(bytes, contentStart(parsed, struct), end)
    this.#rightClient = parsed.rightClient
    this.#rightClock = parsed.rightClock
  }

  /** Whether the text whose references were read stands right behind the last, and was put before the same neighbour. */
  #goesOn(parsed: ParsedUpdate, client: number): boolean {
    return (
      !parsed.keyed &&
      parsed.originClient === client &&
      parsed.originClock === this.to - 1 &&
      parsed.rightClient === this.#rightClient &&
      (parsed.rightClient === -1 || parsed.rightClock === this.#rightClock)
    )
  }

  #closeText(): void {
    if (this.#text === null) return
    this.#bytes.uint(this.#text.size)
    this.#bytes.append(this.#text)
    this.#text = null
  }
}
