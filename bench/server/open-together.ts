import { type Client, countInserted } from "./client.ts"

/**
 * Milliseconds until the last of those who ask at once has every character. Not until they are `synced`: a server may answer
 * before it has loaded. What arrives is read afterwards, so that it is the server's time and not the readers'.
 */
export async function openTogether(clients: readonly Client[], inserted: number): Promise<number> {
  const sizes = new Sizes()
  const readers = clients.map((client) => new Reader(client, sizes, inserted))
  const start = performance.now()
  await Promise.all(clients.map((client) => client.sync()))
  const complete = await Promise.all(readers.map((reader) => reader.complete()))
  await Promise.all(clients.map((client) => client.close()))
  return Math.max(...complete) - start
}

class Reader {
  readonly #arrived: { readonly at: number; readonly update: Uint8Array }[] = []
  readonly #sizes: Sizes
  readonly #inserted: number
  #count = 0
  #more: () => void = () => {}

  constructor(client: Client, sizes: Sizes, inserted: number) {
    this.#sizes = sizes
    this.#inserted = inserted
    client.onUpdate = (update) => {
      this.#arrived.push({ at: performance.now(), update: update.slice() })
      this.#more()
    }
  }

  /** When it had every character. */
  async complete(): Promise<number> {
    const deadline = performance.now() + DEADLINE_MS
    for (;;) {
      for (let next = this.#arrived.shift(); next !== undefined; next = this.#arrived.shift()) {
        this.#count += this.#sizes.of(next.update)
        if (this.#count >= this.#inserted) return next.at
      }
      await this.#another(deadline - performance.now())
    }
  }

  async #another(ms: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`a reader got ${this.#count} of ${this.#inserted} characters in ${DEADLINE_MS} ms`))
      }, ms)
      this.#more = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** How many characters updates insert; equal bytes are parsed once. */
class Sizes {
  readonly #known = new Map<number, { readonly update: Uint8Array; readonly size: number }[]>()

  of(update: Uint8Array): number {
    const alike = this.#known.get(update.length) ?? []
    const known = alike.find((one) => Buffer.compare(one.update, update) === 0)
    if (known !== undefined) return known.size
    const size = countInserted(update)
    this.#known.set(update.length, [...alike, { update, size }])
    return size
  }
}

const DEADLINE_MS = 60_000
