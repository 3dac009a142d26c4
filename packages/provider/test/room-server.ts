import { parseOffer } from "@ligature/protocol"
import { openRooms, type Rooms, type SessionGrant, type SessionSocket } from "@ligature/room"
import { type DocumentStore, openMemoryStore } from "@ligature/store"
import { WebSocket, WebSocketServer } from "ws"
import * as Y from "yjs"

/** The real rooms on a memory store, behind real sockets on one port that survives restarts. */
export class RoomServer {
  readonly store: DocumentStore = openMemoryStore()
  access: SessionGrant["access"] = "write"
  /** While false, nothing that is appended becomes durable. */
  readonly #gate = { open: Promise.resolve(), release: (): void => undefined }
  #rooms: Rooms
  #sockets: WebSocketServer
  readonly #port: number

  private constructor(sockets: WebSocketServer, port: number) {
    this.#sockets = sockets
    this.#port = port
    this.#rooms = this.#openRooms()
    this.#listen()
  }

  static async start(): Promise<RoomServer> {
    const sockets = await listening(0)
    const address = sockets.address()
    if (typeof address !== "object" || address === null) throw new Error("the server does not listen")
    return new RoomServer(sockets, address.port)
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Appends wait from now on. */
  holdStore(): void {
    this.#gate.open = new Promise((resolve) => {
      this.#gate.release = resolve
    })
  }

  releaseStore(): void {
    this.#gate.release()
  }

  /** The process dies: no goodbye, and what the store has not got is gone. It stays down until `restart`. */
  async kill(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    await new Promise((resolve) => this.#sockets.close(resolve))
  }

  async restart(): Promise<void> {
    this.#sockets = await listening(this.#port)
    this.#rooms = this.#openRooms()
    this.#listen()
  }

  /** The document as the store has it. */
  async stored(document = "plan"): Promise<Y.Doc> {
    const doc = new Y.Doc()
    for await (const record of this.store.read(document)) Y.applyUpdate(doc, record.update)
    return doc
  }

  async close(): Promise<void> {
    this.releaseStore()
    await this.kill()
    await this.#rooms.close()
    await this.store.close()
  }

  #openRooms(): Rooms {
    const { store } = this
    const gated: DocumentStore = Object.create(store, {
      append: {
        value: async (...args: Parameters<DocumentStore["append"]>) => {
          await this.#gate.open
          await store.append(...args)
        },
      },
      health: { get: () => store.health },
    })
    for (const name of ["read", "readRows", "replacePrefix", "state", "list", "statistics", "onHealth"] as const) {
      Object.defineProperty(gated, name, { value: store[name].bind(store) })
    }
    return openRooms({ store: gated })
  }

  #listen(): void {
    this.#sockets.on("connection", (websocket, request) => {
      const offer = parseOffer(request.headers["sec-websocket-protocol"])
      const document = decodeURIComponent(request.url?.split("?")[0]?.slice("/sync/".length) ?? "")
      const identities = offer.browserSecret === undefined ? [] : [offer.browserSecret]
      const session = this.#rooms.join(document, socketOf(websocket), {
        speaks: offer.speaks,
        access: this.access,
        identities,
      })
      websocket.on("error", () => undefined)
      websocket.on("message", (data: Buffer) => session.receive(new Uint8Array(data)))
      websocket.on("close", () => session.closed())
    })
  }
}

async function listening(port: number): Promise<WebSocketServer> {
  const server = new WebSocketServer({
    port,
    host: "127.0.0.1",
    handleProtocols: (offered) => (offered.has("ligature.v1") ? "ligature.v1" : false),
  })
  await new Promise((resolve) => server.once("listening", resolve))
  return server
}

function socketOf(websocket: WebSocket): SessionSocket {
  return {
    send: (frame) => {
      if (websocket.readyState === WebSocket.OPEN) websocket.send(frame)
    },
    close: (code, reason) => websocket.close(code, reason),
    pause: () => websocket.pause(),
    resume: () => websocket.resume(),
    terminate: () => websocket.terminate(),
    get bufferedBytes() {
      return websocket.bufferedAmount
    },
  }
}
