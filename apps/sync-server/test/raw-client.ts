import { decodeDownstream, encodeUpstream, offerSubprotocols, type Downstream } from "@ligature/protocol"
import { WebSocket } from "ws"
import * as Y from "yjs"

/** What came from the server is marked with this, so that it is not sent back. */
const FROM_SERVER = Symbol("from server")

export interface Closed {
  readonly code: number
  readonly reason: string
}

/** The smallest honest client of `ligature.v1`: a WebSocket, a document, and a count of receipts. It never reconnects. */
export class RawClient implements Disposable {
  readonly doc: Y.Doc
  readonly websocket: WebSocket
  readonly closed: Promise<Closed>
  /** Messages that count for receipts, in the order they were sent: each an update. */
  readonly sent: Uint8Array[] = []
  /** How many of `sent` the server says are on disk. */
  receipts = 0
  isLoaded = false
  /** Everything that arrived beside the document itself. */
  readonly heard: Downstream[] = []
  /** Called after each frame. */
  onFrame: (message: Downstream) => void = () => {}
  #end: Closed | null = null
  readonly #waiting = new Set<() => void>()

  constructor(
    url: string,
    o: {
      readonly doc?: Y.Doc
      readonly browserSecret?: string
      readonly token?: string
      readonly headers?: Readonly<Record<string, string>>
    } = {},
  ) {
    this.doc = o.doc ?? new Y.Doc()
    const { browserSecret, token, headers = {} } = o
    const offer = {
      ...(browserSecret === undefined ? {} : { browserSecret }),
      ...(token === undefined ? {} : { token }),
    }
    this.websocket = new WebSocket(url, offerSubprotocols(offer), { headers })
    this.websocket.on("open", () => {
      this.#send({ type: "sync-step-1", stateVector: Y.encodeStateVector(this.doc) })
    })
    this.websocket.on("message", (data: Buffer) => this.#receive(decodeDownstream(new Uint8Array(data))))
    this.websocket.on("error", () => {})
    this.closed = new Promise((resolve) => {
      this.websocket.on("close", (code, reason) => {
        this.#end = { code, reason: reason.toString() }
        this.#look()
        resolve(this.#end)
      })
    })
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_SERVER) this.#sendCounted({ type: "update", update })
    })
  }

  /** Resolves when everything the document holds on the server has arrived. */
  async loaded(): Promise<this> {
    await this.until(() => this.isLoaded)
    return this
  }

  /** Resolves when the server has everything this client ever sent on disk. */
  async saved(): Promise<void> {
    await this.until(() => this.receipts >= this.sent.length)
  }

  /** Resolves when the condition holds; fails when the connection ends before. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (condition()) resolve()
        else if (this.#end !== null) reject(new Error(`closed with ${this.#end.code}: ${this.#end.reason}`))
        else return
        this.#waiting.delete(check)
      }
      this.#waiting.add(check)
      check()
    })
  }

  sendFrame(frame: Uint8Array): void {
    this.websocket.send(frame)
  }

  [Symbol.dispose](): void {
    this.websocket.terminate()
    this.doc.destroy()
  }

  #receive(message: Downstream): void {
    switch (message.type) {
      case "sync-step-1":
        this.#sendCounted({ type: "sync-step-2", update: Y.encodeStateAsUpdate(this.doc, message.stateVector) })
        break
      case "sync-step-2":
      case "update":
        Y.applyUpdate(this.doc, message.update, FROM_SERVER)
        if (message.type === "sync-step-2") this.isLoaded = true
        break
      case "receipt":
        this.receipts = message.count
        break
      default:
        this.heard.push(message)
    }
    this.onFrame(message)
    this.#look()
  }

  #sendCounted(message: { type: "sync-step-2" | "update"; update: Uint8Array }): void {
    this.sent.push(message.update)
    this.#send(message)
  }

  #send(message: Parameters<typeof encodeUpstream>[0]): void {
    if (this.websocket.readyState === this.websocket.OPEN) this.websocket.send(encodeUpstream(message))
  }

  #look(): void {
    for (const check of this.#waiting) check()
  }
}
