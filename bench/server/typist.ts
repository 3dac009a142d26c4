import * as encoding from "lib0/encoding"

/**
 * Types one character behind the other at the end of a text of its own, and makes the updates without a document: ten thousand typists
 * cost the load process next to nothing.
 */
export class Typist {
  readonly client: number
  readonly #root: string
  /** The clock of its next character, which is how many it has typed. */
  clock = 0

  constructor(client: number, root = `line ${client}`) {
    this.client = client
    this.#root = root
  }

  next(): Uint8Array {
    const encoder = encoding.createEncoder()
    const write = (...numbers: readonly number[]): void => {
      for (const number of numbers) encoding.writeVarUint(encoder, number)
    }
    write(1, 1, this.client, this.clock)
    if (this.clock === 0) {
      encoding.writeUint8(encoder, STRING)
      write(1)
      encoding.writeVarString(encoder, this.#root)
    } else {
      encoding.writeUint8(encoder, STRING | HAS_ORIGIN)
      write(this.client, this.clock - 1)
    }
    encoding.writeVarString(encoder, "x")
    write(0)
    this.clock++
    return encoding.toUint8Array(encoder)
  }
}

/** Info byte of a struct (Yjs V1): its content's kind, and whether it names its left neighbour. */
const STRING = 4
const HAS_ORIGIN = 0x80
