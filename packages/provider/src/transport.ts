import {
  type Cancel,
  CLOSE,
  type Clock,
  type Downstream,
  decodeDownstream,
  decodeUpstream,
  encodeUpstream,
  type Millis,
  SUBPROTOCOL,
} from "@ligature/protocol"
import { takeEarlySocket } from "./early-socket.ts"
import type { IncomingFrames } from "./incoming-frames.ts"
import { inPieces, loadCutter } from "./update-cutter.ts"

/** What a transport asks of and tells to the connection it serves. */
export interface TransportOwner {
  readonly clock: Clock
  readonly frames: IncomingFrames
  /** Waits for this attempt's turn, then says how to make it. Rejects to fail the attempt. */
  prepare(abandoned: AbortSignal): Promise<Attempt>
  opened(transport: Transport): void
  /** Something arrived: the other side lives. `isGreeting` if it says no more than that. */
  heard(transport: Transport, isGreeting: boolean): void
  /** A private message, which y-websocket never sees. */
  received(message: Downstream): void
  /** `count` step2 and update messages have left on this connection. */
  sent(message: "update" | "step2", count: number): void
  /** The step2 to send in place of `update`, which answers a server that has `serverHas`. */
  settled(update: Uint8Array, serverHas: Uint8Array): Uint8Array
  /** Sends all that the server lacks once more, as one step2. */
  resend(): void
  closed(transport: Transport, code: number): void
}

/** One attempt to connect. */
export interface Attempt {
  readonly socketClass: WebSocketClass
  /** The subprotocols to offer, a fresh token among them. */
  readonly protocols: string[]
  /** How long the server may take to say its first word, if silence means that the network swallows what is said. */
  readonly firstWordMs: Millis | null
}

/** A class of sockets as the platform has it, or `ws`, or another way to the server with the same members. */
export type WebSocketClass = new (url: string, protocols: string[]) => PlatformSocket

interface PlatformSocket {
  binaryType: string
  readonly protocol: string
  addEventListener(type: "open" | "message" | "error" | "close", listener: (event: object) => void): void
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
}

/** A network that swallows packets lets an attempt hang for minutes; this long is enough for a slow one. */
const CONNECT_MS = 10_000
const CONNECTING = 0
const OPEN = 1
const CLOSED = 3

/**
 * A connection with the members of WebSocket that y-websocket uses. y-websocket's own messages pass through it as they are; what is
 * private to `ligature.v1` stays here and with the owner.
 */
export class Transport {
  /** y-websocket compares `readyState` with this. */
  readonly OPEN: number = OPEN
  binaryType: BinaryType = "arraybuffer"
  onopen: (() => void) | null = null
  onmessage: ((event: { data: Uint8Array }) => void) | null = null
  onerror: ((event: { type: "error"; cause: unknown }) => void) | null = null
  onclose: ((event: { code: number; reason: string }) => void) | null = null

  readonly #owner: TransportOwner
  readonly #abandon = new AbortController()
  #socket: PlatformSocket | null = null
  #cancelConnecting: Cancel | null = null
  #cancelFirstWord: Cancel | null = null
  #isGivenUp = false
  #hasTried = false
  #isSwallowed = false
  /** The server was asked for everything before this transport came: it need not be asked again. */
  #hasAsked = false
  #state = CONNECTING
  /** Step2 and update messages sent: the server's receipts count the same. */
  #sent = 0
  #unreceiptedBytes = 0
  /** A large message waits for the code that cuts it. What comes meanwhile leaves with it: nothing may overtake it. */
  #isHeldUp = false
  /** What the server had when it asked for the rest; null until it did. */
  #serverHas: Uint8Array | null = null

  constructor(owner: TransportOwner, url: string) {
    this.#owner = owner
    void this.#connect(url)
  }

  /** Whether it was ended from this side, for no fault of the way to the server. */
  get isGivenUp(): boolean {
    return this.#isGivenUp
  }

  /** Whether a socket was asked for at all. */
  get hasTried(): boolean {
    return this.#hasTried
  }

  /** The server was given its time and has said nothing. */
  get isSwallowed(): boolean {
    return this.#isSwallowed
  }

  /** Bytes of updates and step2 messages sent since the last receipt. */
  get unreceiptedBytes(): number {
    return this.#unreceiptedBytes
  }

  get readyState(): number {
    return this.#state
  }

  get serverHas(): Uint8Array | null {
    return this.#serverHas
  }

  send(frame: Uint8Array): void {
    if (this.#state !== OPEN) return
    const message = decodeUpstream(frame)
    switch (message.type) {
      case "update":
        if (this.#sendInPieces("update", message.update)) this.#owner.sent("update", this.#sent)
        break
      case "sync-step-2":
        if (this.#sendInPieces("sync-step-2", this.#owner.settled(message.update, this.#serverHas ?? NOTHING))) {
          this.#owner.sent("step2", this.#sent)
        }
        break
      case "sync-step-1":
        // y-websocket asks once a connection.
        if (!this.#hasAsked || message.stateVector.length > 1) this.#write(frame)
        break
      case "awareness":
      case "query-awareness":
      case "token":
      case "unknown":
        this.#write(frame)
        break
    }
  }

  sendToken(token: string): void {
    this.send(encodeUpstream({ type: "token", token }))
  }

  /** Ends the connection from this side. */
  close(): void {
    this.#isGivenUp = true
    this.fail(CLOSE.abnormal)
  }

  /** Ends the connection as if the server had closed it with `code`. */
  fail(code: number): void {
    if (this.#state === CLOSED) return
    this.#state = CLOSED
    this.#cancelConnecting?.()
    this.#cancelFirstWord?.()
    this.#abandon.abort()
    this.#socket?.close()
    this.#socket = null
    this.#owner.closed(this, code)
    this.onclose?.({ code, reason: "" })
  }

  async #connect(url: string): Promise<void> {
    try {
      const { socketClass, protocols, firstWordMs } = await this.#owner.prepare(this.#abandon.signal)
      if (this.#state !== CONNECTING) return
      this.#cancelConnecting = this.#owner.clock.after(CONNECT_MS, () => this.fail(CLOSE.abnormal))
      if (firstWordMs !== null) this.#cancelFirstWord = this.#owner.clock.after(firstWordMs, () => this.#swallowed())
      this.#hasTried = true
      const early = socketClass === globalThis.WebSocket ? takeEarlySocket(url, protocols) : null
      const socket = early?.socket ?? new socketClass(url, protocols)
      this.#socket = socket
      this.#hasAsked = early?.hasAsked ?? false
      const hear = this.#listen(socket)
      for (const event of early?.heard ?? []) hear(event)
    } catch (cause) {
      // No token, or an address the platform refuses: an attempt that failed, like one without a network.
      if (this.#state !== CONNECTING) return
      this.onerror?.({ type: "error", cause })
      this.fail(CLOSE.abnormal)
    }
  }

  /** What a socket says after this transport has let go of it counts for nothing. @returns what takes an event that came before */
  #listen(socket: PlatformSocket): (event: object & { readonly type: string }) => void {
    socket.binaryType = "arraybuffer"
    const open = (): void => {
      if (socket === this.#socket) this.#opened(socket)
    }
    const message = (event: object): void => {
      if (socket === this.#socket && "data" in event && event.data instanceof ArrayBuffer) {
        this.#receive(new Uint8Array(event.data))
      }
    }
    socket.addEventListener("open", open)
    socket.addEventListener("message", message)
    // The close that follows says all there is to know; in Node an unheard error would be thrown.
    socket.addEventListener("error", () => undefined)
    socket.addEventListener("close", (event) => {
      if (socket !== this.#socket) return
      this.fail("code" in event && typeof event.code === "number" ? event.code : CLOSE.abnormal)
    })
    return (event) => (event.type === "open" ? open() : message(event))
  }

  #opened(socket: PlatformSocket): void {
    this.#cancelConnecting?.()
    if (socket.protocol !== SUBPROTOCOL) {
      // Without receipts nothing could ever be called saved.
      this.fail(CLOSE.versionSkew)
      return
    }
    this.#state = OPEN
    this.#owner.opened(this)
    this.onopen?.()
  }

  #swallowed(): void {
    this.#isSwallowed = true
    this.fail(CLOSE.abnormal)
  }

  #receive(frame: Uint8Array): void {
    this.#cancelFirstWord?.()
    this.#owner.heard(this, isGreeting(frame))
    let message: Downstream
    try {
      message = decodeDownstream(frame)
    } catch {
      // Something between us mangles bytes: a new connection starts afresh.
      this.fail(CLOSE.abnormal)
      return
    }
    switch (message.type) {
      case "receipt":
        this.#unreceiptedBytes = 0
        this.#owner.received(message)
        break
      case "access":
        this.#owner.received(message)
        break
      case "close":
        this.fail(message.code)
        break
      case "sync-step-1":
        this.#serverHas = message.stateVector.slice()
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

  /** @returns whether it has left; if not, all that has not left does so later, as one step2 */
  #sendInPieces(type: "update" | "sync-step-2", update: Uint8Array): boolean {
    const pieces = this.#isHeldUp ? null : inPieces(update)
    if (pieces === null) {
      void this.#holdUp()
      return false
    }
    for (const [index, piece] of pieces.entries()) {
      // The step2 goes last: only behind it may the server conclude that something is missing.
      this.#write(encodeUpstream({ type: index === pieces.length - 1 ? type : "update", update: piece }))
      this.#unreceiptedBytes += piece.length
      this.#sent++
    }
    return true
  }

  async #holdUp(): Promise<void> {
    if (this.#isHeldUp) return
    this.#isHeldUp = true
    await loadCutter()
    this.#isHeldUp = false
    // A server that has not asked yet is given everything when it does.
    if (this.#state === OPEN) this.#owner.resend()
  }

  #write(frame: Uint8Array): void {
    this.#socket?.send(new Uint8Array(frame))
  }
}

/** Presence of nobody: the server says that it is there. */
function isGreeting(frame: Uint8Array): boolean {
  return frame.length === 3 && frame[0] === 1 && frame[1] === 1 && frame[2] === 0
}

/** A state vector of nobody. */
const NOTHING: Uint8Array = Uint8Array.of(0)
