import type { Millis } from "@ligature/protocol"
import type { ServerLimits } from "./server-limits.ts"

type Shares = Pick<
  ServerLimits,
  "burstBytes" | "bytesPerSecond" | "bytesPerMessage" | "messageBurst" | "messagesPerSecond"
>

/** What one connection may send: leaky buckets of bytes and of messages that may run into debt. What has arrived is taken, and the answer says how long to stop reading. */
export class TrafficShare {
  readonly #limits: Shares
  #bytes: number
  #messages: number
  #at: Millis

  constructor(limits: Shares, now: Millis) {
    this.#limits = limits
    this.#bytes = limits.burstBytes
    this.#messages = limits.messageBurst
    this.#at = now
  }

  /** Takes one message. Returns how long to read nothing more; 0 when there is room. */
  take(bytes: number, now: Millis): Millis {
    const { burstBytes, bytesPerSecond, bytesPerMessage, messageBurst, messagesPerSecond } = this.#limits
    const seconds = (now - this.#at) / 1000
    this.#at = now
    this.#bytes = Math.min(burstBytes, this.#bytes + seconds * bytesPerSecond) - bytes - bytesPerMessage
    this.#messages = Math.min(messageBurst, this.#messages + seconds * messagesPerSecond) - 1
    return Math.max(waitFor(this.#bytes, bytesPerSecond), waitFor(this.#messages, messagesPerSecond))
  }
}

function waitFor(left: number, perSecond: number): Millis {
  return left >= 0 ? 0 : Math.ceil((-left * 1000) / perSecond)
}
