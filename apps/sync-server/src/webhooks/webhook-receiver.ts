import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { ServerLog } from "../server-log.ts"
import { type DocumentNews, joinNews, messageOf, signedHeaders, type WebhookMessage } from "./webhook-message.ts"

/** Sends one message. @returns the status of the answer; rejects when there is none */
export type Post = (url: URL, message: { headers: Record<string, string>; body: string }) => Promise<number>

/** Waits after the first, second, … attempt that failed; then the news is given up. Receivers get about a day to come back. */
const RETRIES_MS: readonly Millis[] = [5_000, 30_000, 120_000, 600_000, 3_600_000, 14_400_000, 28_800_000, 43_200_000]
/** Documents with news for one receiver: one that is gone for long must not fill the memory. */
const MOST_WAITING = 10_000
/** Messages under way to one receiver. */
const AT_ONCE = 4

interface Waiting {
  news: DocumentNews
  /** Null until the first attempt: until then later news are joined to it. */
  message: WebhookMessage | null
  attempts: number
}

/** One address that is told of changes: each piece of news again and again until it is taken, and different documents side by side. */
export class WebhookReceiver {
  readonly #url: URL
  readonly #secret: Uint8Array
  readonly #clock: Clock
  readonly #log: ServerLog
  readonly #post: Post
  /** What waits for its turn, by document and kind; the oldest first. */
  readonly #waiting = new Map<string, Waiting>()
  /** What waits for its next attempt. */
  readonly #resting = new Map<string, { readonly entry: Waiting; readonly cancel: Cancel }>()
  readonly #underWay = new Map<string, Waiting>()
  #isClosed = false

  constructor(o: { url: URL; secret: Uint8Array; clock: Clock; log: ServerLog; post: Post }) {
    this.#url = o.url
    this.#secret = o.secret
    this.#clock = o.clock
    this.#log = o.log
    this.#post = o.post
  }

  tell(news: DocumentNews): void {
    const key = `${news.type} ${news.document}`
    const earlier = this.#waiting.get(key)
    if (earlier !== undefined) {
      earlier.news = joinNews(earlier.news, news)
      return
    }
    if (this.#waiting.size >= MOST_WAITING) this.#dropOldest()
    this.#waiting.set(key, { news, message: null, attempts: 0 })
    this.#sendMore()
  }

  /** Sends nothing more; what is told from now on only joins what is left. */
  stop(): void {
    this.#isClosed = true
    for (const { cancel } of this.#resting.values()) cancel()
  }

  /** What was not taken. A message that is under way when all stops may arrive, and once more later. */
  get left(): DocumentNews[] {
    const begun = [...this.#underWay.values(), ...[...this.#resting.values()].map(({ entry }) => entry)]
    return [...begun, ...this.#waiting.values()].map(({ news }) => news)
  }

  #sendMore(): void {
    for (const [key, entry] of this.#waiting) {
      if (this.#isClosed || this.#underWay.size >= AT_ONCE) return
      // One message about a document at a time, in the order of what happened.
      if (this.#underWay.has(key) || this.#resting.has(key)) continue
      this.#waiting.delete(key)
      void this.#send(key, entry)
    }
  }

  async #send(key: string, entry: Waiting): Promise<void> {
    this.#underWay.set(key, entry)
    entry.message ??= messageOf(entry.news)
    entry.attempts += 1
    const failure = await this.#attempt(entry.message)
    this.#underWay.delete(key)
    if (failure !== null && !this.#isClosed) this.#rest(key, entry, failure)
    this.#sendMore()
  }

  /** @returns why it was not taken; null when it was */
  async #attempt(message: WebhookMessage): Promise<{ readonly reason: unknown; readonly isFinal: boolean } | null> {
    try {
      const headers = signedHeaders(message, this.#secret, this.#clock.now())
      const status = await this.#post(this.#url, { headers, body: message.body })
      if (status >= 200 && status < 300) return null
      // 410: the receiver wants no more of this (Standard Webhooks).
      return { reason: `it answered ${status}`, isFinal: status === 410 }
    } catch (error) {
      return { reason: error, isFinal: false }
    }
  }

  #rest(key: string, entry: Waiting, failure: { readonly reason: unknown; readonly isFinal: boolean }): void {
    const wait = RETRIES_MS[entry.attempts - 1]
    // The address may hold a secret of the receiver in its path.
    const told = { receiver: this.#url.host, attempts: entry.attempts, err: failure.reason }
    if (wait === undefined || failure.isFinal) {
      this.#log.error({ ...told, document: entry.news.document }, "a webhook was given up")
      return
    }
    if (entry.attempts === 1) this.#log.warn(told, "a webhook was not taken; trying again")
    const cancel = this.#clock.after(wait, () => {
      this.#resting.delete(key)
      const newer = this.#waiting.get(key)
      this.#waiting.delete(key)
      // A second message would only follow on the heels of the first: what came meanwhile goes along, as a message of its own name.
      const next = newer === undefined ? entry : { ...entry, news: joinNews(entry.news, newer.news), message: null }
      this.#waiting.set(key, next)
      this.#sendMore()
    })
    this.#resting.set(key, { entry, cancel })
  }

  #dropOldest(): void {
    const [oldest] = this.#waiting
    if (oldest === undefined) return
    const [key, { news }] = oldest
    this.#waiting.delete(key)
    this.#log.error({ receiver: this.#url.host, document: news.document }, "too many webhooks wait; one was given up")
  }
}
