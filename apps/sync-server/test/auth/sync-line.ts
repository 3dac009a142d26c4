import { once } from "node:events"
import { decodeDownstream, OFFER_HEADER, offerSubprotocols, type Downstream } from "@ligature/protocol"
import { WebSocket } from "ws"

/** One connection to a document, by whatever carries the messages; it answers nothing by itself. */
export abstract class SyncLine implements Disposable {
  readonly heard: Downstream[] = []
  /** The code it was closed with. */
  code: number | null = null
  readonly #waiting = new Set<() => void>()

  abstract send(frame: Uint8Array): void
  abstract [Symbol.dispose](): void

  /** Resolves when the condition holds, or the line is closed. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!condition() && this.code === null) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  protected hear(frame: Uint8Array): void {
    const message = decodeDownstream(frame)
    if (message.type === "close") this.closed(message.code)
    else this.heard.push(message)
    for (const look of this.#waiting) look()
  }

  protected closed(code: number): void {
    this.code ??= code
    for (const look of this.#waiting) look()
  }
}

export interface LineOptions {
  /** `http://127.0.0.1:40123` */
  readonly address: string
  readonly document: string
  readonly token?: string | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** Over a WebSocket. */
export class SocketLine extends SyncLine {
  readonly #socket: WebSocket

  constructor({ address, document, token, headers = {} }: LineOptions) {
    super()
    const url = `${address.replace("http", "ws")}/sync/${encodeURIComponent(document)}`
    this.#socket = new WebSocket(url, offerOf(token), { headers })
    this.#socket.on("message", (data: Buffer) => this.hear(new Uint8Array(data)))
    this.#socket.on("error", () => {})
    this.#socket.on("close", (code) => this.closed(code))
  }

  send(frame: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.CONNECTING) void once(this.#socket, "open").then(() => this.send(frame))
    else if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(frame)
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }
}

/** Over HTTP long-polling: Engine.IO 4, requests numbered as our own client numbers them. */
export class PollingLine extends SyncLine {
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #end = new AbortController()
  /** Requests with messages go one after the other. */
  #writing: Promise<void>
  #polls = 0
  #writes = 0
  #id = ""

  constructor({ address, document, token, headers = {} }: LineOptions) {
    super()
    this.#url = `${address}/sync/${encodeURIComponent(document)}?EIO=4&transport=polling`
    this.#headers = { ...headers, [OFFER_HEADER]: offerOf(token).join(", ") }
    this.#writing = this.#open()
  }

  send(frame: Uint8Array): void {
    this.#writing = this.#writing.then(() => this.#write(`b${Buffer.from(frame).toString("base64")}`))
  }

  [Symbol.dispose](): void {
    this.#end.abort()
  }

  async #open(): Promise<void> {
    if (await this.#poll()) void this.#listen()
  }

  async #listen(): Promise<void> {
    while (this.code === null && (await this.#poll())) continue
  }

  /** @returns whether there may be more */
  async #poll(): Promise<boolean> {
    const text = await this.#request("GET", ++this.#polls)
    if (text === null) return false
    for (const packet of text.split("\x1e")) {
      if (packet.startsWith("0")) this.#id = sidIn(packet.slice(1))
      else if (packet.startsWith("b")) this.hear(new Uint8Array(Buffer.from(packet.slice(1), "base64")))
      else if (packet === "2") this.#writing = this.#writing.then(() => this.#write("3"))
      else if (packet === "1") this.closed(1006)
    }
    return true
  }

  async #write(body: string): Promise<void> {
    if (this.code === null) await this.#request("POST", ++this.#writes, body)
  }

  async #request(method: string, number: number, body?: string): Promise<string | null> {
    const session = this.#id === "" ? "" : `&sid=${this.#id}`
    const headers =
      body === undefined ? this.#headers : { ...this.#headers, "content-type": "text/plain;charset=UTF-8" }
    try {
      const answer = await fetch(`${this.#url}${session}&n=${number}`, {
        method,
        headers,
        signal: this.#end.signal,
        ...(body === undefined ? {} : { body }),
      })
      const text = await answer.text()
      if (answer.ok) return text
      // A page of another site gets no further than this.
      this.closed(answer.status === 403 ? 4403 : 1006)
    } catch {
      this.closed(1006)
    }
    return null
  }
}

function offerOf(token: string | undefined): string[] {
  return offerSubprotocols(token === undefined ? {} : { token })
}

function sidIn(json: string): string {
  const opened: unknown = JSON.parse(json)
  if (typeof opened === "object" && opened !== null && "sid" in opened) return String(opened.sid)
  throw new TypeError(`the server opened with ${json}`)
}
