import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { once } from "node:events"
import { WebSocket } from "ws"
import * as Y from "yjs"
import type { Dialect } from "../contestants.ts"

const SYNC = 0
const AWARENESS = 1
const HOCUSPOCUS_AUTH = 2
const RECEIPT = 64
const STEP1 = 0
const STEP2 = 1
const UPDATE = 2

export interface Connecting {
  readonly address: string
  readonly dialect: Dialect
  readonly document: string
  /** Offered in the handshake. */
  readonly protocols?: readonly string[]
  /** What it answers the server's step1 with. */
  readonly lacking?: Uint8Array
}

/** A client that costs the load process as little as possible: it keeps no document, only counts what arrives. */
export class Client {
  readonly #socket: WebSocket
  readonly #dialect: Dialect
  readonly #document: string
  /** Called for each update or step2 that arrives. The bytes are the socket's: copy what is kept. */
  onUpdate: (update: Uint8Array, last: boolean) => void = () => {}
  /** Called for the payload of each awareness message. */
  onPresence: (presence: Uint8Array) => void = () => {}
  /** Called when the server says how many of its messages are on disk. */
  onReceipt: (count: number) => void = () => {}
  /** All its deletes, as a stock client has it. */
  readonly #lacking: Uint8Array
  /** Ends the wait for an answer that will not come any more. */
  #gaveUp: (error: Error) => void = () => {}
  /** Bytes of all messages that have arrived. */
  receivedBytes = 0
  /** When the last of them arrived, as `performance.now()`. */
  lastReceived = 0

  private constructor(socket: WebSocket, { dialect, document, lacking = EMPTY_UPDATE }: Connecting) {
    this.#socket = socket
    this.#dialect = dialect
    this.#document = document
    this.#lacking = lacking
    socket.on("message", (data: Buffer) => this.#receive(data))
    socket.on("close", (code, reason) => {
      this.#gaveUp(new Error(`the server closed a connection with ${code} ${reason.toString()}`))
    })
  }

  static async connect(wish: Connecting): Promise<Client> {
    const { address, dialect, document, protocols = [] } = wish
    const socket = new WebSocket(address + document, [...protocols], { perMessageDeflate: false })
    const client = new Client(socket, wish)
    await once(socket, "open")
    // Only now: a handshake that fails is the benchmark's end, a server that is killed later is the benchmark.
    socket.on("error", () => {})
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

  /** Asks for the document and resolves when all of it has arrived. Rejects when the connection ends before that. */
  async sync(stateVector: Uint8Array = NOTHING_KNOWN): Promise<void> {
    if (this.#dialect === "relay") return
    const before = this.onUpdate
    const synced = new Promise<void>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) reject(new Error("the server has closed a connection"))
      this.#gaveUp = reject
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

  presence(payload: Uint8Array): void {
    this.#send((encoder) => {
      encoding.writeVarUint(encoder, AWARENESS)
      encoding.writeVarUint8Array(encoder, payload)
    })
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return
    const closed = once(this.#socket, "close")
    this.#socket.terminate()
    await closed
  }

  #receive(data: Buffer): void {
    this.receivedBytes += data.length
    this.lastReceived = performance.now()
    const decoder = decoding.createDecoder(data)
    if (this.#dialect === "hocuspocus") decoding.readVarString(decoder)
    const message = decoding.readVarUint(decoder)
    if (message === AWARENESS) this.onPresence(decoding.readVarUint8Array(decoder))
    if (message === RECEIPT && this.#dialect === "y-websocket") this.onReceipt(decoding.readVarUint(decoder))
    if (message !== SYNC) return
    const type = decoding.readVarUint(decoder)
    const bytes = decoding.readVarUint8Array(decoder)
    if (type === STEP1) this.#sendSync(STEP2, this.#lacking)
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
    if (this.#socket.readyState !== WebSocket.OPEN) return
    const encoder = encoding.createEncoder()
    if (this.#dialect === "hocuspocus") encoding.writeVarString(encoder, this.#document)
    write(encoder)
    this.#socket.send(encoding.toUint8Array(encoder))
  }
}

const EMPTY_UPDATE = new Uint8Array([0, 0])
/** The state vector of somebody who has nothing. */
const NOTHING_KNOWN = new Uint8Array([0])

/** How many characters an update inserts; a server may merge several updates into one frame. */
export function countInserted(update: Uint8Array): number {
  const { from, to } = Y.parseUpdateMeta(update)
  let count = 0
  for (const [client, end] of to) count += end - (from.get(client) ?? 0)
  return count
}

/**
 * Connects many, some at a time: a listening socket's queue is short. `connected` is called with each as soon as it is, and waited for in the
 * end: servers send away who says nothing for seconds.
 */
export async function connectAll(
  wishes: readonly Connecting[],
  connected: (client: Client, index: number) => Promise<void> = async () => {},
): Promise<Client[]> {
  const clients: Client[] = []
  const following: Promise<void>[] = []
  for (let from = 0; from < wishes.length; from += AT_A_TIME) {
    const some = wishes.slice(from, from + AT_A_TIME).map(async (wish, n) => {
      const client = await Client.connect(wish)
      const followed = connected(client, from + n)
      // Whoever awaits all of them hears of it.
      followed.catch(() => {})
      following.push(followed)
      return client
    })
    clients.push(...(await Promise.all(some)))
  }
  await Promise.all(following)
  return clients
}

const AT_A_TIME = 100
