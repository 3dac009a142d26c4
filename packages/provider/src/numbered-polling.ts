import { Fetch } from "engine.io-client"

/**
 * Long-polling whose requests carry their number. Browsers and proxies repeat a request whose answer got lost: repeated, messages would
 * be counted twice and a receipt would promise too much, or an answer would be missing without anybody noticing. The server ends a
 * session over a number that is not the next one.
 */
export class NumberedPolling extends Fetch {
  readonly #endOfPolls = new AbortController()
  readonly #endOfWrites = new AbortController()
  #polls = 0
  #writes = 0

  override doPoll(): void {
    this.query["n"] = String(++this.#polls)
    this.#request({ signal: this.#endOfPolls.signal }).then(
      (text) => this.onData(text),
      (error: unknown) => this.onError("a poll failed", error),
    )
  }

  override doWrite(data: string, written: () => void): void {
    this.query["n"] = String(++this.#writes)
    this.#request({ method: "POST", body: data, signal: this.#endOfWrites.signal }).then(
      () => written(),
      (error: unknown) => this.onError("a message could not be sent", error),
    )
  }

  /** Nothing more is to be heard. */
  stopPolling(): void {
    this.#endOfPolls.abort()
  }

  /** Ends all requests, the one that tells the server of the end too. */
  abandon(): void {
    this.#endOfPolls.abort()
    this.#endOfWrites.abort()
  }

  async #request(o: RequestInit): Promise<string> {
    const headers = new Headers(this.query["sid"] === undefined ? this.opts.extraHeaders : {})
    if (o.method === "POST") headers.set("content-type", "text/plain;charset=UTF-8")
    const answer = await fetch(this.uri(), { ...o, headers, cache: "no-store" })
    const text = await answer.text()
    if (!answer.ok) throw new RefusedRequest(answer.status)
    return text
  }
}

/** The server answered a request with a status of failure. */
export class RefusedRequest extends Error {
  override readonly name = "RefusedRequest"
  readonly status: number

  constructor(status: number) {
    super(`the server answered ${status}`)
    this.status = status
  }
}
