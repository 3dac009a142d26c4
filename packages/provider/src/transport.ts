import {
  CLOSE,
  type Clock,
  type Downstream,
  decodeDownstream,
  decodeUpstream,
  encodeUpstream,
  SUBPROTOCOL,
} from "@ligature/protocol"
import type { IncomingFrames } from "./incoming-frames.ts"

/** What a transport asks of and tells to the connection it serves. */
export interface TransportOwner {
  readonly clock: Clock
  readonly frames: IncomingFrames
  /** Waits for this attempt's turn, then gives the subprotocols to offer, a fresh token among them. Rejects to fail the attempt. */
  prepare(abandoned: AbortSignal): Promise<string[]>
  opened(transport: Transport): void
  /** Something arrived: the other side lives. */
  heard(): void
  /** A private message, which y-websocket never sees. */
  received(message: Downstream): void
  /** `count` step2 and update messages have left on this connection, this one included. */
  sent(message: "update" | "step2", count: number): void
  closed(transport: Transport, code: number): void
}

/** A socket as the platform (or `ws`) makes it. */
export type WebSocketClass = new (url: string, protocols: string[]) => PlatformSocket

interface PlatformSocket {
  binaryType: string
  readonly protocol: string
  readonly readyState: number
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(data: Uint8Array<ArrayBuffer>): void
  close(code?: number, reason?: string): void
}

const CONNECTING = 0
const OPEN = 1
const CLOSING = 2
const CLOSED = 3

/**
 * A connection with the members of WebSocket that y-websocket uses. y-websocket sends and receives its own messages through it
 * unmodified; what is private to `ligature.v1` stays here and with the owner. Another way to the server (long-polling) is
 * another `WebSocketClass` below it.
 */
export class Transport {
  readonly CONNECTING: number = CONNECTING
  readonly OPEN: number = OPEN
  readonly CLOSING: number = CLOSING
  readonly CLOSED: number = CLOSED

  binaryType: BinaryType = "arraybuffer"
  onopen: (() => void) | null = null
  onmessage: ((event: { data: Uint8Array }) => void) | null = null
  onerror: ((event: { type: "error"; cause: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  readonly #owner: TransportOwner
  readonly #abandon = new AbortController()
  #socket: PlatformSocket | null = null
  #state = CONNECTING
  /** Step2 and update messages sent: the server's receipts count the same. */
  #sent = 0

  constructor(owner: TransportOwner, socketClass: WebSocketClass, url: string) {
    this.#owner = owner
    void this.#connect(socketClass, url)
  }

  get readyState(): number {
    return this.#state
  }

  send(frame: Uint8Array): void {
    if (this.#state !== OPEN) return
    const message = decodeUpstream(frame)
    switch (message.type) {
      case "sync-step-2":
        this.#write(frame)
        this.#owner.sent("step2", ++this.#sent)
        break
      case "update":
        this.#write(frame)
        this.#owner.sent("update", ++this.#sent)
        break
      case "sync-step-1":
      case "awareness":
      case "query-awareness":
      case "token":
      case "unknown":
        this.#write(frame)
        break
    }
  }

  /** Ends the connection from this side. */
  close(): void {
    this.fail(CLOSE.abnormal)
  }

  /** Ends the connection as if the server had closed it with `code`. */
  fail(code: number): void {
    if (this.#state === CLOSED) return
    this.#state = CLOSED
    this.#abandon.abort()
    const socket = this.#socket
    this.#socket = null
    if (socket !== null) {
      socket.onopen = null
      socket.onmessage = null
      socket.onclose = null
      // A socket that is closed while it connects reports an error, and in Node an unheard one is thrown.
      socket.onerror = () => undefined
      socket.close()
    }
    this.#owner.closed(this, code)
    this.onclose?.({ code, reason: "" })
  }

  async #connect(socketClass: WebSocketClass, url: string): Promise<void> {
    try {
      const offer = await this.#owner.prepare(this.#abandon.signal)
      if (this.#state !== CONNECTING) return
      this.#listen(new socketClass(url, offer))
    } catch (cause) {
      // No token, or an address the platform refuses: an attempt that failed, like one without a network.
      if (this.#state !== CONNECTING) return
      this.onerror?.({ type: "error", cause })
      this.fail(CLOSE.abnormal)
    }
  }

  #listen(socket: PlatformSocket): void {
    this.#socket = socket
    socket.binaryType = "arraybuffer"
    socket.onopen = () => {
      if (socket.protocol !== SUBPROTOCOL) {
        // Without receipts nothing could ever be called saved.
        this.fail(CLOSE.versionSkew)
        return
      }
      this.#state = OPEN
      this.#owner.opened(this)
      this.onopen?.()
    }
    socket.onmessage = (event: { readonly data: unknown }) => {
      this.#owner.heard()
      if (event.data instanceof ArrayBuffer) this.#receive(new Uint8Array(event.data))
    }
    socket.onerror = () => undefined
    socket.onclose = (event: { readonly code: number }) => this.fail(event.code)
  }

  #receive(frame: Uint8Array): void {
    let message: Downstream
    try {
      message = decodeDownstream(frame)
    } catch {
      // Not what the server means to send: something between us mangles bytes. A new connection starts afresh.
      this.fail(CLOSE.abnormal)
      return
    }
    switch (message.type) {
      case "receipt":
      case "access":
        this.#owner.received(message)
        break
      case "close":
        this.#deliverWaiting()
        this.fail(message.code)
        break
      case "sync-step-1":
        this.onmessage?.({ data: frame })
        break
      case "sync-step-2":
      case "update":
      case "awareness":
      case "auth":
        this.#owner.frames.add(this, message.type, frame)
        break
      case "unknown":
        break
    }
  }

  #deliverWaiting(): void {
    this.#owner.frames.flush()
  }

  sendToken(token: string): void {
    if (this.#state === OPEN) this.#write(encodeUpstream({ type: "token", token }))
  }

  #write(frame: Uint8Array): void {
    this.#socket?.send(frame as Uint8Array<ArrayBuffer>)
  }
}
