import type { Cancel, Clock, Millis } from "@ligature/protocol"
import type { RoomsObserver } from "@ligature/room"
import type { ServerLog } from "../server-log.ts"
import type { WebhookConfig } from "./webhook-config.ts"
import { type DocumentNews, joinNews } from "./webhook-message.ts"
import { type Post, WebhookReceiver } from "./webhook-receiver.ts"

/** A change is told when this long nothing more came, */
const QUIET_MS: Millis = 2_000
/** and in any case after this long: somebody who writes for an hour is no reason to hear nothing for an hour. */
const LONGEST_MS: Millis = 30_000
const ANSWER_MS: Millis = 10_000

/** Tells other programs what happens to documents: that they changed, not what changed; the content is theirs to ask for. */
export class Webhooks {
  /** To be told of what the rooms do. */
  readonly rooms: RoomsObserver = {
    committed: (document, { updates, bytes }) => this.#changed(document, updates, bytes),
  }
  readonly #clock: Clock
  readonly #receivers: readonly WebhookReceiver[]
  /** Documents that change at the moment. */
  readonly #changing = new Map<string, { news: DocumentNews; cancel: Cancel }>()

  constructor(o: { config: WebhookConfig; clock: Clock; log: ServerLog; post?: Post }) {
    const { clock, log, post = postOverNetwork } = o
    const { secret } = o.config
    this.#clock = clock
    this.#receivers = o.config.urls.map((url) => new WebhookReceiver({ url, secret, clock, log, post }))
  }

  /** Tells what is no change of content. */
  tell(type: "document.deleted" | "document.restored", document: string): void {
    // What was written before comes before.
    this.#flush(document)
    const now = this.#clock.now()
    for (const receiver of this.#receivers) receiver.tell({ type, document, from: now, to: now, updates: 0, bytes: 0 })
  }

  /** Takes up what an earlier `close` gave back: one list for each receiver, in the order of the configuration. */
  resume(left: readonly (readonly DocumentNews[])[]): void {
    for (const [index, receiver] of this.#receivers.entries()) for (const news of left[index] ?? []) receiver.tell(news)
  }

  /** Stops at once, and gives back what no receiver has taken yet. */
  close(): DocumentNews[][] {
    for (const receiver of this.#receivers) receiver.stop()
    for (const document of this.#changing.keys()) this.#flush(document)
    return this.#receivers.map((receiver) => receiver.left)
  }

  #changed(document: string, updates: number, bytes: number): void {
    const now = this.#clock.now()
    const news: DocumentNews = { type: "document.changed", document, from: now, to: now, updates, bytes }
    const before = this.#changing.get(document)
    before?.cancel()
    const joined = before === undefined ? news : joinNews(before.news, news)
    const wait = Math.max(0, Math.min(QUIET_MS, joined.from + LONGEST_MS - now))
    this.#changing.set(document, { news: joined, cancel: this.#clock.after(wait, () => this.#flush(document)) })
  }

  #flush(document: string): void {
    const changing = this.#changing.get(document)
    if (changing === undefined) return
    changing.cancel()
    this.#changing.delete(document)
    for (const receiver of this.#receivers) receiver.tell(changing.news)
  }
}

/** A receiver that redirects, or holds the line, has not taken anything. */
const postOverNetwork: Post = async (url, { headers, body }) => {
  const answer = await fetch(url, {
    method: "POST",
    headers,
    body,
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  await answer.body?.cancel()
  return answer.status
}
