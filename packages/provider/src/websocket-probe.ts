import { type Cancel, type Clock, type Millis, SUBPROTOCOL } from "@ligature/protocol"
import type { WebSocketClass } from "./transport.ts"

/** The first look is soon after the connection, for what was remembered may no longer be so; each further one waits twice as long. */
const FIRST_MS: Millis = 15_000
const LONGEST_MS: Millis = 10 * 60_000
/** The server says something at once; if nothing has come by then, nothing will. */
const ANSWER_MS: Millis = 5_000

/** Looks again and again, while messages go by long-polling, whether WebSockets pass by now. */
export class WebSocketProbe {
  readonly #o: {
    readonly url: string
    readonly socketClass: WebSocketClass
    readonly clock: Clock
    readonly pass: () => void
  }
  #delay = FIRST_MS
  #cancel: Cancel | null = null
  #end: (() => void) | null = null

  /** @param o `url` is the server's probe address, where it greets and opens nothing; `pass` is called when the greeting came */
  constructor(o: { url: string; socketClass: WebSocketClass; clock: Clock; pass: () => void }) {
    this.#o = o
  }

  start(): void {
    this.stop()
    this.#cancel = this.#o.clock.after(this.#delay, () => this.#probe())
    // Not begun anew at the next start: a way that lets the greeting pass and then stalls is not taken every few seconds.
    this.#delay = Math.min(LONGEST_MS, this.#delay * 2)
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#end?.()
  }

  /** The network may have changed: looks now, if it was going to look at all. */
  hurry(): void {
    if (this.#cancel === null || this.#end !== null) return
    this.#cancel()
    this.#probe()
  }

  #probe(): void {
    let hasEnded = false
    const end = (passes: boolean): void => {
      if (hasEnded) return
      hasEnded = true
      this.#end = null
      cancel()
      socket?.close()
      if (passes) this.#o.pass()
      else this.start()
    }
    const cancel = this.#o.clock.after(ANSWER_MS, () => end(false))
    const socket = this.#open(() => end(false))
    this.#end = () => {
      hasEnded = true
      this.#end = null
      cancel()
      socket?.close()
    }
    socket?.addEventListener("message", () => end(true))
  }

  #open(failed: () => void): InstanceType<WebSocketClass> | null {
    try {
      const socket = new this.#o.socketClass(this.#o.url, [SUBPROTOCOL])
      socket.addEventListener("error", failed)
      socket.addEventListener("close", failed)
      return socket
    } catch {
      // An address that the page may not open sockets to.
      queueMicrotask(failed)
      return null
    }
  }
}
