import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** The server keeps every connection alive with something at least every 20 s; one silent for longer is dead. */
const SILENCE_MS = 30_000
/** How long a connection may take to answer when we have reason to doubt it. */
const ANSWER_MS = 10_000
/** How long when the browser itself says that the network is gone. */
const QUICK_ANSWER_MS = 1_500
/** A change that waits this long for its receipt while nothing else arrives gives reason to doubt. */
const RECEIPT_MS = 5_000
/** The same for a connection that was idle before: networks forget those without a word, and people should not wait for it. */
const IDLE_RECEIPT_MS = 2_000
/** How long such a connection may take to answer. Only a small change is on its way: a large one may take its time on a slow line. */
const IDLE_ANSWER_MS = 3_000
const SMALL_BYTES = 16 * 1024
/** Once a connection was forgotten while idle, the next ones are kept busy: less than the least patient networks allow. */
const KEEP_BUSY_MS = 4_000
/** A connection whose receipts are so late is called stalled. */
const STALLED_MS = 10_000
/** How often all this is looked at. */
const BEAT_MS = 2_500
/** And while a change waits. */
const WAITING_BEAT_MS = 1_000

export interface HeartbeatEvents {
  /** Since when the oldest change has waited for its receipt; null when none waits. */
  waitingSince(): Millis | null
  /** Bytes sent since the last receipt. */
  waitingBytes(): number
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
  /** The doubt is about a connection that was idle. */
  #wasIdle = false
  /** This network has forgotten an idle connection. */
  #keepsBusy = false
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
    this.#wasIdle = false
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
    this.#wasIdle = false
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
    const pause = this.#on.waitingSince() === null ? BEAT_MS : WAITING_BEAT_MS
    this.#cancel = this.#clock.after(pause, () => {
      this.#beat()
      this.#look()
    })
  }

  #look(): void {
    const now = this.#clock.now()
    const silence = now - this.#lastHeard
    if (silence > SILENCE_MS || (this.#answerBy !== null && now >= this.#answerBy)) {
      this.#keepsBusy ||= this.#wasIdle || silence > SILENCE_MS
      this.#on.dead()
      return
    }
    const since = this.#on.waitingSince()
    const wait = since === null ? 0 : now - since
    this.#doubtWhatWasIdle(since, now)
    if (wait > RECEIPT_MS && silence > RECEIPT_MS) this.doubt()
    if (this.#keepsBusy && this.#isGreeted && silence >= KEEP_BUSY_MS - BEAT_MS) this.#on.ask()
    if (wait > STALLED_MS === this.#isStalled) return
    this.#isStalled = !this.#isStalled
    this.#on.stalled(this.#isStalled)
  }

  /** Something was sent after a silence, and the silence goes on: much more likely forgotten than slow. */
  #doubtWhatWasIdle(since: Millis | null, now: Millis): void {
    if (since === null || this.#answerBy !== null || !this.#isGreeted || now - since < IDLE_RECEIPT_MS) return
    if (since - this.#lastHeard < IDLE_RECEIPT_MS || this.#on.waitingBytes() > SMALL_BYTES) return
    this.#wasIdle = true
    this.#answerBy = now + IDLE_ANSWER_MS
    this.#on.ask()
  }
}
