import { CLOSE, OFFER_HEADER, SUBPROTOCOL, systemClock } from "@ligature/protocol"
import { Socket } from "engine.io-client"
import { NumberedPolling } from "./numbered-polling.ts"

type Listener = (event: object) => void

/** Bytes of messages that go into one request, where there are several: a slow line must bring it up within the server's deadline. */
const BATCH_BYTES = 128 * 1024
/** For the last messages and the goodbye. */
const CLOSE_MS = 5_000

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
    this.#engine.on("error", (error) => this.#tell("error", { error }))
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
    while (this.#waiting.length > 0 && (bytes === 0 || bytes + (this.#waiting[0]?.length ?? 0) <= BATCH_BYTES)) {
      const message = this.#waiting.shift()
      if (message === undefined) break
      bytes += message.length
      this.#engine.send(message)
    }
    this.#isWriting = bytes > 0
    if (this.#isClosing && this.#waiting.length === 0) this.#engine.close()
  }

  #closed(): void {
    this.#waiting = []
    this.#polling?.stopPolling()
    if (!this.#isClosing) this.#polling?.abandon()
    this.#tell("close", { code: CLOSE.abnormal })
  }

  #abandon(): void {
    this.#engine.close()
    this.#polling?.abandon()
  }

  #tell(type: string, event: object): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}
