import { type Access, type AccessReason, decodeDownstream, decodeUpstream, encodeUpstream } from "@ligature/protocol"
import { socketPair, type SocketPair } from "@ligature/testing"
import { createDecoder, readVarUint, readVarUint8Array } from "lib0/decoding"
import { createEncoder, length, toUint8Array, writeVarUint } from "lib0/encoding"
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness"
import { readSyncMessage, writeSyncStep1, writeUpdate } from "y-protocols/sync"
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector } from "yjs"
import type { Rooms, Session, SessionGrant } from "../src/index.ts"

export interface SimulatedClientOptions {
  readonly speaks?: SessionGrant["speaks"]
  readonly access?: Access
  readonly identities?: readonly string[]
  readonly schema?: number
  readonly clientID?: number
}

/**
 * A client as y-websocket is one: a real Y.Doc, real y-protocols messages, answers as it answers. Frames move only when a test
 * moves them. With `ligature.v1` it also keeps book of receipts.
 */
export class SimulatedClient {
  readonly doc = new Doc()
  readonly awareness: Awareness
  readonly speaks: SessionGrant["speaks"]
  /** The server's frames in the order they were read: type names, as the protocol has them. */
  log: string[] = []
  access: Access | null = null
  accessReason: AccessReason | null = null
  /** Of the present connection. */
  receipts = 0
  /** Payloads of the step2 and update messages sent on the present connection, in order. */
  sentUpdates: Uint8Array[] = []
  /** Called with the payload of each step2 and update message that came. */
  onShown: (update: Uint8Array) => void = () => {}
  synced = false
  /** Called with the messages that a receipt covers and none before did. */
  onReceipt: (updates: readonly Uint8Array[]) => void = () => {}
  readonly #grant: SessionGrant
  #connection: { readonly pair: SocketPair; readonly session: Session; readonly upstream: Uint8Array[] } | null = null

  constructor(o: SimulatedClientOptions = {}) {
    this.speaks = o.speaks ?? "y-websocket"
    if (o.clientID !== undefined) this.doc.clientID = o.clientID
    this.awareness = new Awareness(this.doc)
    // Its timer would keep real time; tests have their own.
    clearInterval(this.awareness._checkInterval)
    this.#grant = {
      speaks: this.speaks,
      access: o.access ?? "write",
      identities: o.identities ?? (this.speaks === "ligature.v1" ? [`browser:${this.doc.clientID}`] : []),
      ...(o.schema === undefined ? {} : { schema: o.schema }),
    }
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === this) return
      this.#sendSync((encoder) => writeUpdate(encoder, update))
    })
    this.awareness.on("update", (_: unknown, origin: unknown) => {
      if (origin !== this) this.#sendAwareness()
    })
  }

  get text(): string {
    return this.doc.getText("text").toJSON()
  }

  type(text: string, at: number = this.doc.getText("text").length): void {
    this.doc.getText("text").insert(at, text)
  }

  delete(at: number, length: number): void {
    this.doc.getText("text").delete(at, length)
  }

  get hasPending(): boolean {
    return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null
  }

  get isConnected(): boolean {
    return this.#connection !== null
  }

  get session(): Session {
    return this.#connected.session
  }

  get socket(): SocketPair["client"] {
    return this.#connected.pair.client
  }

  /** Frames on their way to the server. */
  get upstream(): Uint8Array[] {
    return this.#connected.upstream
  }

  /** Opens a connection and says what y-websocket says first. */
  connect(rooms: Rooms, document = "document"): this {
    const pair = socketPair()
    this.#connection = { pair, session: rooms.join(document, pair.server, this.#grant), upstream: [] }
    this.receipts = 0
    this.sentUpdates = []
    this.synced = false
    this.access = null
    this.log = []
    this.#sendSync((encoder) => writeSyncStep1(encoder, this.doc))
    this.#sendAwareness()
    return this
  }

  /** The connection is gone; what was on its way is lost. With `silently` the server does not notice. */
  disconnect(silently = false): void {
    if (this.#connection === null) return
    if (!silently) this.#connection.session.closed()
    this.#connection = null
  }

  /** Carries up to `limit` frames to the server. */
  up(limit = Infinity): number {
    if (this.#connection === null) return 0
    const frames = this.#connection.upstream.splice(0, limit)
    for (const frame of frames) this.#connection.session.receive(frame)
    return frames.length
  }

  /** Carries up to `limit` frames from the server. */
  down(limit = Infinity): number {
    if (this.#connection === null) return 0
    const frames = this.#connection.pair.client.take(limit)
    for (const frame of frames) this.#read(frame)
    if (frames.length > 0) this.#connection?.session.drained()
    return frames.length
  }

  /** Step2 and update messages sent on the present connection. */
  get sent(): number {
    return this.sentUpdates.length
  }

  /** Sends an update again, as a network never does and a confused client may. */
  repeat(update: Uint8Array): void {
    this.#sendFrame(encodeUpstream({ type: "update", update }))
  }

  /** Takes what another tab of its browser has, past the server, as y-websocket does over a BroadcastChannel. */
  hearFromTab(tab: SimulatedClient): void {
    applyUpdate(this.doc, encodeStateAsUpdate(tab.doc, encodeStateVector(this.doc)), this)
  }

  /** Sends raw bytes as a frame, in order with the others. */
  send(frame: Uint8Array): void {
    this.#connected.upstream.push(frame)
  }

  get #connected(): { readonly pair: SocketPair; readonly session: Session; readonly upstream: Uint8Array[] } {
    if (this.#connection === null) throw new Error("the client is not connected")
    return this.#connection
  }

  #read(frame: Uint8Array): void {
    const message = decodeDownstream(frame)
    this.log.push(message.type)
    switch (message.type) {
      case "sync-step-1":
      case "sync-step-2":
      case "update": {
        if (message.type === "sync-step-2") this.synced = true
        const decoder = createDecoder(frame)
        readVarUint(decoder)
        const encoder = createEncoder()
        writeVarUint(encoder, 0)
        readSyncMessage(decoder, encoder, this.doc, this)
        if (length(encoder) > 1) this.#sendFrame(toUint8Array(encoder))
        if (message.type !== "sync-step-1") this.onShown(message.update)
        return
      }
      case "awareness":
        applyAwarenessUpdate(this.awareness, message.update, this)
        return
      case "receipt":
        this.onReceipt(this.sentUpdates.slice(this.receipts, message.count))
        this.receipts = message.count
        return
      case "access":
        this.access = message.access
        this.accessReason = message.reason
        return
      case "auth":
      case "close":
      case "unknown":
    }
  }

  #sendSync(write: (encoder: ReturnType<typeof createEncoder>) => void): void {
    if (this.#connection === null) return
    const encoder = createEncoder()
    writeVarUint(encoder, 0)
    write(encoder)
    this.#sendFrame(toUint8Array(encoder))
  }

  #sendFrame(frame: Uint8Array): void {
    const message = decodeUpstream(frame)
    if (message.type === "update" || message.type === "sync-step-2") this.sentUpdates.push(message.update)
    this.send(frame)
  }

  #sendAwareness(): void {
    if (this.#connection === null || this.awareness.getLocalState() === null) return
    const update = encodeAwarenessUpdate(this.awareness, [this.awareness.clientID])
    this.send(encodeUpstream({ type: "awareness", update }))
  }
}

/** The payload of an awareness message: client, clock and state by entry. */
export function presenceIn(update: Uint8Array): { client: number; clock: number; state: unknown }[] {
  const decoder = createDecoder(update)
  return Array.from({ length: readVarUint(decoder) }, () => ({
    client: readVarUint(decoder),
    clock: readVarUint(decoder),
    state: JSON.parse(new TextDecoder().decode(readVarUint8Array(decoder))) as unknown,
  }))
}
