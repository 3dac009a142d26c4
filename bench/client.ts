import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { once } from "node:events"
import { WebSocket } from "ws"
import * as Y from "yjs"
import type { Dialect } from "./contestants.ts"

const SYNC = 0
const HOCUSPOCUS_AUTH = 2
const STEP1 = 0
const STEP2 = 1
const UPDATE = 2

/** A client that costs the load process as little as possible: it keeps no document, only counts what arrives. */
export class Client {
  readonly #socket: WebSocket
  readonly #dialect: Dialect
  readonly #document: string
  /** Called for each update or step2 that arrives. The bytes are the socket's: copy what is kept. */
  onUpdate: (update: Uint8Array, last: boolean) => void = () => {}

  private constructor(socket: WebSocket, dialect: Dialect, document: string) {
    this.#socket = socket
    this.#dialect = dialect
    this.#document = document
    socket.on("message", (data: Buffer) => this.#receive(data))
  }

  static async connect(address: string, dialect: Dialect, document: string): Promise<Client> {
    const socket = new WebSocket(address + document, { perMessageDeflate: false })
    const client = new Client(socket, dialect, document)
    await once(socket, "open")
    if (dialect === "hocuspocus") {
      client.#send((encoder) => {
        encoding.writeVarUint(encoder, HOCUSPOCUS_AUTH)
        encoding.writeVarUint(encoder, 0)
        encoding.writeVarString(encoder, "nobody")
        encoding.writeVarString(encoder, "")
      })
    }
    return client
  }

  /** Asks for the document and resolves when all of it has arrived. */
  async sync(stateVector: Uint8Array = Y.encodeStateVector(new Y.Doc())): Promise<void> {
    if (this.#dialect === "relay") return
    const before = this.onUpdate
    const synced = new Promise<void>((resolve) => {
      this.onUpdate = (update, last) => {
        before(update, last)
        if (!last) return
        this.onUpdate = before
        resolve()
      }
    })
    this.#sendSync(STEP1, stateVector)
    await synced
  }

  update(update: Uint8Array): void {
    this.#sendSync(UPDATE, update)
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, "close")
    this.#socket.terminate()
    await closed
  }

  #receive(data: Buffer): void {
    const decoder = decoding.createDecoder(data)
    if (this.#dialect === "hocuspocus") decoding.readVarString(decoder)
    if (decoding.readVarUint(decoder) !== SYNC) return
    const type = decoding.readVarUint(decoder)
    const bytes = decoding.readVarUint8Array(decoder)
    if (type === STEP1) this.#sendSync(STEP2, EMPTY_UPDATE)
    else this.onUpdate(bytes, type === STEP2)
  }

  #sendSync(type: number, bytes: Uint8Array): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, SYNC)
      encoding.writeVarUint(encoder, type)
      encoding.writeVarUint8Array(encoder, bytes)
    })
  }

  #send(write: (encoder: encoding.Encoder) => void): void {
    const encoder = encoding.createEncoder()
    if (this.#dialect === "hocuspocus") encoding.writeVarString(encoder, this.#document)
    write(encoder)
    this.#socket.send(encoding.toUint8Array(encoder))
  }
}

const EMPTY_UPDATE = new Uint8Array([0, 0])

/** How many characters an update inserts; a server may merge several updates into one frame. */
export function countInserted(update: Uint8Array): number {
  const { from, to } = Y.parseUpdateMeta(update)
  let count = 0
  for (const [client, end] of to) count += end - (from.get(client) ?? 0)
  return count
}
