import type { Cancel, Clock } from "@ligature/protocol"
import { renewalTime } from "./token.ts"

/** How the application gives tokens. */
export type TokenCallback = () => Promise<string> | string

/** An application that has not answered by then has failed: the attempt ends, and the next one asks again. */
const ANSWER_MS = 30_000
/** A token that has less than this left is not worth another question. */
const LEAST_MS = 1_000
const NOTHING: Cancel = () => undefined

/** Asks the application for tokens: at every attempt to connect, and before the last one runs out. */
export class TokenSource {
  readonly #ask: TokenCallback | undefined
  readonly #clock: Clock
  readonly #renewed: (token: string) => void
  #cancel: Cancel | null = null

  /** @param renewed called with each token that was asked for while a connection stands */
  constructor(ask: TokenCallback | undefined, clock: Clock, renewed: (token: string) => void) {
    this.#ask = ask
    this.#clock = clock
    this.#renewed = renewed
  }

  get hasTokens(): boolean {
    return this.#ask !== undefined
  }

  /** A token for an attempt to connect; undefined where there are none. Rejects as the application fails, or does not answer. */
  async fresh(): Promise<string | undefined> {
    this.stop()
    if (this.#ask === undefined) return undefined
    const token = await this.#inTime(this.#ask())
    this.#renewBefore(token)
    return token
  }

  /** Gets a token for the connection as it stands, now. */
  async renew(last?: string): Promise<void> {
    try {
      const token = await this.fresh()
      if (token !== undefined) this.#renewed(token)
    } catch {
      // Asked again while the old one still holds. After that the server says that it is over, and the next attempt asks.
      if (last !== undefined) this.#renewBefore(last)
    }
  }

  /** There is no connection to renew a token for. */
  stop(): void {
    this.#cancel?.()
    this.#cancel = null
  }

  #renewBefore(token: string): void {
    this.stop()
    const wait = renewalTime(token, this.#clock.now())
    if (wait !== null && wait >= LEAST_MS) this.#cancel = this.#clock.after(wait, () => void this.renew(token))
  }

  async #inTime(answer: Promise<string> | string): Promise<string> {
    let cancel = NOTHING
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.after(ANSWER_MS, () => reject(new Error("the application gave no token in time")))
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      cancel()
    }
  }
}
