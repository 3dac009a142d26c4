import type { ServerResponse } from "node:http"
import { CLOSE, closeRule, encodeDownstream, type Cancel, type Clock, type Millis } from "@ligature/protocol"
import type { Socket } from "engine.io"
import { Peer } from "../peer.ts"

/** Bytes of frames in one answer, if there are several: a slow line must take it within a client's patience. */
const ANSWER_BYTES = 256 * 1024

/** A session of long-polling as a peer. Its frames travel in the answers to the client's polls. */
export class PollingPeer extends Peer {
  readonly #engine: Socket
  readonly #clock: Clock
  readonly #closeMs: Millis
  readonly #frameBytes: number
  /** Frames that no poll has fetched yet. */
  #queue: Uint8Array[] = []
  #queuedBytes = 0
  /** The last poll; its answer may still be leaving. */
  #poll: ServerResponse | null = null
  #isPumping = false
  #isReading = false
  /** What came along in the same request as the frame over which reading stopped. */
  #unread: Uint8Array[] = []
  #state: "open" | "closing" | "closed" = "open"
  #cancelClosing: Cancel = () => {}
  /** Reading may go on. */
  onReading: () => void = () => {}
  /** Nothing will come or go any more; whoever listens to it as a peer has been told. */
  onGone: () => void = () => {}

  constructor(engine: Socket, o: { readonly clock: Clock; readonly closeMs: Millis; readonly frameBytes: number }) {
    super()
    this.#engine = engine
    this.#clock = o.clock
    this.#closeMs = o.closeMs
    this.#frameBytes = o.frameBytes
    engine.transport.on("ready", () => this.#pump())
    engine.on("message", (data: unknown) => this.#receive(data))
    engine.on("close", () => this.#closed())
  }

  get isOpen(): boolean {
    return this.#state === "open"
  }

  /** Whether the next request with messages may be read. */
  get isReading(): boolean {
    return this.#isReading || this.#state !== "open"
  }

  get bufferedBytes(): number {
    return this.#queuedBytes + (this.#poll?.writableLength ?? 0)
  }

  /** Remembers the answer that the next frames leave with. */
  polledBy(answer: ServerResponse): void {
    this.#poll = answer
    answer.once("finish", () => {
      if (this.#poll === answer) this.#poll = null
      if (this.#state === "open") this.drained()
    })
  }

  send(frame: Uint8Array): void {
    if (this.#state === "open") this.#enqueue(frame)
  }

  close(code: number, _reason: string): void {
    if (this.#state !== "open") return
    // Long-polling has no close codes of its own.
    this.#enqueue(encodeDownstream({ type: "close", code }))
    this.#state = "closing"
    this.#cancelClosing = this.#clock.after(this.#closeMs, () => this.terminate())
    this.onReading()
  }

  closeWith(code: number): void {
    this.close(code, closeRule(code).sentence)
  }

  terminate(): void {
    this.#engine.close(true)
  }

  protected stopReading(): void {
    this.#isReading = false
  }

  protected startReading(): void {
    this.#isReading = true
    while (this.#isReading && this.isOpen) {
      const frame = this.#unread.shift()
      if (frame === undefined) break
      this.received(frame)
    }
    if (this.#isReading) this.onReading()
  }

  #receive(data: unknown): void {
    if (!this.isOpen) return
    if (!Buffer.isBuffer(data)) return this.closeWith(CLOSE.unsupportedData)
    if (data.length > this.#frameBytes) return this.closeWith(CLOSE.tooLarge)
    // A copy: a small buffer is a view of a slab that it would keep alive.
    const frame = new Uint8Array(data)
    if (this.#isReading) this.received(frame)
    else this.#unread.push(frame)
  }

  #enqueue(frame: Uint8Array): void {
    this.#queue.push(frame)
    this.#queuedBytes += frame.length
    if (this.#isPumping) return
    this.#isPumping = true
    // What the room says in one breath leaves in one answer.
    setImmediate(() => {
      this.#isPumping = false
      this.#pump()
    })
  }

  #pump(): void {
    const { transport } = this.#engine
    if (this.#state === "closed" || !transport.writable) return
    const packets: Parameters<typeof transport.send>[0] = []
    let bytes = 0
    for (const frame of this.#queue) {
      if (bytes > 0 && bytes + frame.length > ANSWER_BYTES) break
      packets.push({
        type: "message",
        data: Buffer.from(frame.buffer, frame.byteOffset, frame.length),
        options: { compress: true },
      })
      bytes += frame.length
    }
    this.#queue = this.#queue.slice(packets.length)
    this.#queuedBytes -= bytes
    const isLast = this.#state === "closing" && this.#queue.length === 0
    if (isLast) packets.push({ type: "close" })
    if (packets.length > 0) transport.send(packets)
    // The client has been told everything; whether it ever comes back to agree is no matter.
    if (isLast) this.terminate()
  }

  #closed(): void {
    if (this.#state === "closed") return
    this.#state = "closed"
    this.#cancelClosing()
    this.#queue = []
    this.#unread = []
    this.#queuedBytes = 0
    this.onReading()
    this.leave()
    this.onGone()
  }
}
