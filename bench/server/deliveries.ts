import * as Y from "yjs"
import type { Client } from "./client.ts"
import type { Typist } from "./typist.ts"

/** Counts the characters that arrive where they were not typed, and how long each was on its way. */
export class Deliveries {
  /** When each character was sent, by typist, from its first one on. */
  readonly #sent = new Map<number, number[]>()
  #delays: number[] = []
  #count = 0
  #wanted = Number.POSITIVE_INFINITY
  #arrived: () => void = () => {}

  /** The client's own characters, which may come back to it, do not count. */
  watch(reader: Client, own: number): void {
    /** How far it has read each typist. */
    const read = new Map<number, number>()
    reader.onUpdate = (update) => {
      const now = performance.now()
      for (const [typist, end] of Y.parseUpdateMeta(update).to) {
        if (typist === own) continue
        const sent = this.#sent.get(typist)
        const from = read.get(typist) ?? 0
        if (sent === undefined || end <= from) continue
        for (let clock = from; clock < end; clock++) this.#delays.push(now - (sent[clock] ?? now))
        read.set(typist, end)
        this.#count += end - from
      }
      if (this.#count < this.#wanted) return
      this.#wanted = Number.POSITIVE_INFINITY
      this.#arrived()
    }
  }

  type(typist: Typist, client: Client): void {
    const sent = this.#sent.get(typist.client)
    if (sent === undefined) this.#sent.set(typist.client, [performance.now()])
    else sent.push(performance.now())
    client.update(typist.next())
  }

  /** Resolves when that many characters have arrived, counted over all readers. Rejects when nothing more comes. */
  async reach(count: number): Promise<void> {
    if (this.#count >= count) return
    this.#wanted = count
    await new Promise<void>((resolve, reject) => {
      const deadline = setTimeout(() => {
        reject(new Error(`${this.#count} of ${count} characters arrived in ${DEADLINE_MS} ms`))
      }, DEADLINE_MS)
      this.#arrived = () => {
        clearTimeout(deadline)
        resolve()
      }
    })
  }

  /** Milliseconds from writer to reader, of all that arrived since it was asked last. */
  takeDelays(): number[] {
    const delays = this.#delays
    this.#delays = []
    return delays
  }
}

const DEADLINE_MS = 60_000
