import { CLOSE, OFFER_HEADER, SUBPROTOCOL, systemClock } from "@ligature/protocol"
import { Socket, TransportError } from "engine.io-client"
import { NumberedPolling, RefusedRequest } from "./numbered-polling.ts"

type Listener = (event: object) => void

/** Bytes of messages that go into one request, where there are several: a slow line must bring it up within the server's deadline. */
const BATCH_BYTES = 128 * 1024
const BATCH_MESSAGES = 1_000
/** For the last messages and the goodbye. */
const CLOSE_MS = 5_000

/** Refusals that must not be tried again at once, or ever, should their close message get lost. */
const CODE_OF_STATUS: ReadonlyMap<number, number> = new Map([
  [413, CLOSE.tooLarge],
  [429, CLOSE.slowDown],
])

/** The members of WebSocket that the transport uses, over HTTP long-polling: for networks that let no WebSocket through. */
export class PollingSocket {
  binaryType = "arraybuffer"
  readonly protocol: string = SUBPROTOCOL
  readonly #engine: Socket
  #polling: NumberedPolling | null = null
  readonly #listeners = new Map<string, Set<Listener>>()
  #waiting: Uint8Array<ArrayBuffer>[] = []
  #isWriting = false
  #isClosing = false
  #code: number = CLOSE.abnormal

  constructor(url: string, protocols: string[]) {
    const address = new URL(url)
    const made = (polling: NumberedPolling): void => {
      this.#polling = polling
    }
    this.#engine = new Socket({
      hostname: address.hostname.replace(/^\[|\]$/g, ""),
      port: address.port,
      secure: address.protocol === "wss:" || address.protocol === "https:",
      path: address.pathname,
      addTrailingSlash: false,
      query: Object.fromEntries(address.searchParams),
      extraHeaders: { [OFFER_HEADER]: protocols.join(", ") },
      upgrade: false,
      transportImplementations: [
        class extends NumberedPolling {
          constructor(options: object) {
            super(options)
            made(this)
          }
        },
      ],
    })
    this.#engine.binaryType = "arraybuffer"
    this.#engine.on("open", () => {
      this.#tell("open", {})
      this.#write()
    })
    this.#engine.on("drain", () => {
      this.#isWriting = false
      this.#write()
    })
    this.#engine.on("message", (data: unknown) => this.#tell("message", { data }))
    this.#engine.on("error", (error) => {
      const cause: unknown = error instanceof TransportError ? error.description : error
      if (cause instanceof RefusedRequest) this.#code = CODE_OF_STATUS.get(cause.status) ?? CLOSE.abnormal
      this.#tell("error", { error })
    })
    this.#engine.on("close", () => this.#closed())
  }

  addEventListener(type: string, listener: Listener): void {
    const listeners = this.#listeners.get(type) ?? new Set()
    this.#listeners.set(type, listeners.add(listener))
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    this.#waiting.push(data)
    this.#write()
  }

  /** What was sent still goes, if it goes soon. */
  close(): void {
    if (this.#isClosing) return
    this.#isClosing = true
    systemClock.after(CLOSE_MS, () => this.#abandon())
    this.#write()
  }

  #write(): void {
    if (this.#isWriting || this.#engine.readyState !== "open") return
    let bytes = 0
    let count = 0
    for (const message of this.#waiting) {
      if (count === BATCH_MESSAGES || (count > 0 && bytes + message.length > BATCH_BYTES)) break
      bytes += message.length
      count++
    }
    for (const message of this.#waiting.splice(0, count)) this.#engine.send(message)
    this.#isWriting = count > 0
    if (this.#isClosing && this.#waiting.length === 0) this.#engine.close()
  }

  #closed(): void {
    this.#waiting = []
    this.#polling?.stopPolling()
    if (!this.#isClosing) this.#polling?.abandon()
    this.#tell("close", { code: this.#code })
  }

  #abandon(): void {
    this.#engine.close()
    this.#polling?.abandon()
  }

  #tell(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}
