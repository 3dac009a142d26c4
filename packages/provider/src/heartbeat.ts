import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** The server keeps every connection alive with something at least every 20 s; one silent for longer is dead. */
const SILENCE_MS = 30_000
/** How long a connection may take to answer when we have reason to doubt it. */
const ANSWER_MS = 10_000
/** How long when the browser itself says that the network is gone. */
const QUICK_ANSWER_MS = 1_500
/** A change that waits this long for its receipt while nothing else arrives gives reason to doubt. */
const RECEIPT_MS = 5_000
/** A connection whose receipts are so late is called stalled. */
const STALLED_MS = 10_000
/** How often all this is looked at. */
const BEAT_MS = 2_500

export interface HeartbeatEvents {
  /** Since when the oldest change has waited for its receipt; null when none waits. */
  waitingSince(): Millis | null
  /** Sends something that the other side answers at once. */
  ask(): void
  /** Receipts have stopped coming, or come again. */
  stalled(stalled: boolean): void
  /** Nobody is there any more. */
  dead(): void
}

/** Watches one connection at a time for signs of life: a dead network closes no socket for minutes. */
export class Heartbeat {
  readonly #clock: Clock
  readonly #on: HeartbeatEvents
  #lastHeard: Millis = 0
  /** Something but the greeting has come over this connection: the document is loaded over there, and questions are answered. */
  #isGreeted = false
  /** We asked for a sign of life; without one by then the connection is dead. */
  #answerBy: Millis | null = null
  #isStalled = false
  #cancel: Cancel | null = null
  #cancelAnswer: Cancel | null = null

  constructor(clock: Clock, on: HeartbeatEvents) {
    this.#clock = clock
    this.#on = on
  }

  start(): void {
    this.stop()
    this.#lastHeard = this.#clock.now()
    this.#isGreeted = false
    this.#answerBy = null
    this.#isStalled = false
    this.#beat()
  }

  stop(): void {
    this.#cancel?.()
    this.#cancel = null
    this.#cancelAnswer?.()
    this.#cancelAnswer = null
  }

  /** @param isGreeting nothing but a sign of life: as a first word it does not say that questions are answered already */
  heard(isGreeting: boolean = false): void {
    this.#lastHeard = this.#clock.now()
    if (isGreeting && !this.#isGreeted) return
    this.#isGreeted = true
    this.#answerBy = null
  }

  /** There is reason to believe that the other side is gone: asks, and does not wait long. */
  doubt(): void {
    if (this.#answerBy !== null || !this.#isGreeted) return
    this.#answerBy = this.#clock.now() + ANSWER_MS
    this.#on.ask()
  }

  /** The network is said to be gone, which is not always true of the way to this server: asks, and waits for a moment only. */
  doubtMuch(): void {
    if (this.#cancel === null) return
    if (this.#answerBy === null) this.#on.ask()
    this.#answerBy = this.#clock.now() + QUICK_ANSWER_MS
    this.#cancelAnswer?.()
    this.#cancelAnswer = this.#clock.after(QUICK_ANSWER_MS, () => {
      if (this.#answerBy !== null) this.#on.dead()
    })
  }

  #beat(): void {
    this.#cancel = this.#clock.after(BEAT_MS, () => {
      this.#beat()
      this.#look()
    })
  }

  #look(): void {
    const now = this.#clock.now()
    const silence = now - this.#lastHeard
    if (silence > SILENCE_MS || (this.#answerBy !== null && now > this.#answerBy)) {
      this.#on.dead()
      return
    }
    const since = this.#on.waitingSince()
    const wait = since === null ? 0 : now - since
    if (wait > RECEIPT_MS && silence > RECEIPT_MS) this.doubt()
    if (wait > STALLED_MS === this.#isStalled) return
    this.#isStalled = !this.#isStalled
    this.#on.stalled(this.#isStalled)
  }
}
