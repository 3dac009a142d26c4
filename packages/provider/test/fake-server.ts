import {
  type Access,
  type AccessReason,
  decodeUpstream,
  type Downstream,
  encodeDownstream,
  parseOffer,
  type Upstream,
} from "@ligature/protocol"
import type { IncomingMessage } from "node:http"
import { type WebSocket, WebSocketServer } from "ws"
import * as Y from "yjs"

/** One connection as the fake server sees it. */
export class FakeSession {
  readonly path: string
  readonly token: string | undefined
  readonly browserSecret: string | undefined
  readonly messages: Upstream[] = []
  readonly frames: Uint8Array[] = []
  readonly #socket: WebSocket
  /** What it sends from now on is lost on the way. */
  deaf = false
  /** Step2 and update messages applied. */
  taken = 0

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket
    this.path = request.url ?? ""
    const offer = parseOffer(request.headers["sec-websocket-protocol"])
    this.token = offer.token
    this.browserSecret = offer.browserSecret
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN
  }

  send(message: Downstream): void {
    if (this.isOpen) this.#socket.send(encodeDownstream(message))
  }

  sendRaw(frame: Uint8Array | string): void {
    this.#socket.send(frame)
  }

  close(code: number): void {
    this.#socket.close(code)
  }

  /** The network is cut: no close frame. */
  cut(): void {
    this.#socket.terminate()
  }
}

/** A sync server of one Y.Doc per path, with its receipts in the test's hand. */
export class FakeServer {
  readonly docs = new Map<string, Y.Doc>()
  readonly sessions: FakeSession[] = []
  /** Receipts go out at once, or when `sendReceipts` says so. */
  receipts: "at once" | "held" = "at once"
  /** What the server does with a step1: answer, or stay silent as if the document did not load. */
  loads = true
  /** Closes each new connection with this code. */
  refuse: number | null = null
  access: { access: Access; reason: AccessReason } | null = null
  readonly #server: WebSocketServer
  readonly #durable = new Map<string, Y.Doc>()
  readonly #waiting = new Set<{ test: () => boolean; resolve: () => void }>()

  private constructor(server: WebSocketServer) {
    this.#server = server
    server.on("connection", (socket, request) => this.#connected(socket, request))
  }

  static async start(): Promise<FakeServer> {
    const server = new WebSocketServer({
      port: 0,
      host: "127.0.0.1",
      handleProtocols: (offered) => (offered.has("ligature.v1") ? "ligature.v1" : false),
    })
    await new Promise((resolve) => server.once("listening", resolve))
    return new FakeServer(server)
  }

  get url(): string {
    const address = this.#server.address()
    if (typeof address !== "object" || address === null) throw new Error("the server does not listen")
    return `ws://127.0.0.1:${address.port}`
  }

  get last(): FakeSession {
    const session = this.sessions.at(-1)
    if (session === undefined) throw new Error("nobody has connected yet")
    return session
  }

  doc(document = "plan"): Y.Doc {
    const path = pathOf(document)
    return this.docs.get(path) ?? this.#keep(path, new Y.Doc())
  }

  #keep(path: string, doc: Y.Doc): Y.Doc {
    this.docs.set(path, doc)
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      for (const session of this.sessions) {
        if (session.path === path && session !== origin) session.send({ type: "update", update })
      }
    })
    return doc
  }

  everything(document = "plan"): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc(document))
  }

  /** Resolves when somebody has connected and said something. */
  async met(): Promise<void> {
    await this.until(() => (this.sessions.at(-1)?.messages.length ?? 0) > 0)
  }

  /** What of the document survives a crash: all that was receipted. */
  durable(document = "plan"): Y.Doc {
    const path = pathOf(document)
    let doc = this.#durable.get(path)
    if (doc === undefined) {
      doc = new Y.Doc()
      this.#durable.set(path, doc)
    }
    return doc
  }

  /** The server dies, and is back at once with what it had receipted. */
  crash(): void {
    for (const session of this.sessions.splice(0)) session.cut()
    this.docs.clear()
    for (const [path, doc] of this.#durable) {
      this.#durable.set(path, copyOf(doc))
      this.#keep(path, copyOf(doc))
    }
  }

  sendReceipts(): void {
    for (const [path, doc] of this.docs) this.#durable.set(path, copyOf(doc))
    for (const session of this.sessions) session.send({ type: "receipt", count: session.taken })
  }

  /** Resolves as soon as `test` holds; it is asked after everything that happens here. */
  async until(test: () => boolean): Promise<void> {
    if (test()) return
    await new Promise<void>((resolve) => this.#waiting.add({ test, resolve }))
  }

  async close(): Promise<void> {
    for (const session of this.sessions) session.cut()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #connected(socket: WebSocket, request: IncomingMessage): void {
    const session = new FakeSession(socket, request)
    this.sessions.push(session)
    socket.on("error", () => undefined)
    socket.on("close", () => this.#happened())
    if (this.refuse !== null) {
      socket.close(this.refuse)
      this.#happened()
      return
    }
    const name = decodeURIComponent(session.path.split("?")[0]?.slice("/sync/".length) ?? "")
    const doc = this.doc(name)
    socket.on("message", (data: Buffer) => {
      if (session.deaf) return
      this.#receive(session, doc, new Uint8Array(data))
      this.#happened()
    })
    if (this.access !== null) session.send({ type: "access", ...this.access })
    if (this.loads) session.send({ type: "sync-step-1", stateVector: Y.encodeStateVector(doc) })
    this.#happened()
  }

  #receive(session: FakeSession, doc: Y.Doc, frame: Uint8Array): void {
    const message = decodeUpstream(frame)
    session.messages.push(message)
    session.frames.push(frame)
    switch (message.type) {
      case "sync-step-1":
        if (this.loads) session.send({ type: "sync-step-2", update: Y.encodeStateAsUpdate(doc, message.stateVector) })
        break
      case "sync-step-2":
      case "update":
        Y.applyUpdate(doc, message.update, session)
        session.taken++
        if (this.receipts === "at once") {
          Y.applyUpdate(this.durable(), Y.encodeStateAsUpdate(doc))
          session.send({ type: "receipt", count: session.taken })
        }
        break
      case "query-awareness":
        session.send({ type: "awareness", update: Uint8Array.of(0) })
        break
      case "awareness":
      case "token":
      case "unknown":
        break
    }
  }

  #happened(): void {
    for (const waiting of this.#waiting) {
      if (!waiting.test()) continue
      this.#waiting.delete(waiting)
      waiting.resolve()
    }
  }
}

function pathOf(document: string): string {
  return `/sync/${encodeURIComponent(document)}`
}

function copyOf(doc: Y.Doc): Y.Doc {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
