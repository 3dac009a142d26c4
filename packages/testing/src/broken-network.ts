import { once } from "node:events"
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as ask,
  type Server,
  type ServerResponse,
} from "node:http"
import { connect, createServer as createRelay, type Server as Relay, type Socket } from "node:net"
import type { Duplex } from "node:stream"

/** What a network between a browser and a server does wrong. */
export type NetworkFault =
  /** A proxy of before WebSockets: it does not pass on that a client wants one. */
  | "strips-upgrade"
  /** The handshake passes, and nothing after it. */
  | "swallows"
  /** A WebSocket's messages from the server arrive when it is closed; answers of HTTP arrive whole. */
  | "buffers-responses"

/** An HTTP proxy with a fault, on a port of its own. It works like any other once it is mended. */
export class BrokenProxy implements AsyncDisposable {
  readonly #fault: NetworkFault
  readonly #target: () => number
  readonly #server: Server
  readonly #sockets = new Set<Duplex>()
  /** WebSocket handshakes and requests of long-polling that came, in order. */
  readonly seen: ("websocket" | "poll" | "write")[] = []
  #isMended = false
  readonly #waiting = new Set<() => void>()

  private constructor(fault: NetworkFault, target: () => number) {
    this.#fault = fault
    this.#target = target
    this.#server = createServer((request, answer) => this.#carryRequest(request, answer))
    this.#server.on("upgrade", (request, socket, head) => this.#carryUpgrade(request, socket, head))
    this.#server.on("connection", (socket) => this.#watch(socket))
  }

  /** @param target port of the server, asked for at each connection */
  static async to(target: () => number, fault: NetworkFault): Promise<BrokenProxy> {
    const proxy = new BrokenProxy(fault, target)
    proxy.#server.listen(0, "127.0.0.1")
    await once(proxy.#server, "listening")
    return proxy
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#server)}`
  }

  /** From now on it passes everything. */
  mend(): void {
    this.#isMended = true
  }

  /** Resolves when the condition holds; it is looked at after each request that comes. */
  async until(condition: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!condition()) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  #see(what: "websocket" | "poll" | "write"): void {
    this.seen.push(what)
    for (const look of this.#waiting) look()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, "close")
  }

  #carryRequest(request: IncomingMessage, answer: ServerResponse): void {
    if (request.url?.includes("transport=polling") === true) this.#see(request.method === "POST" ? "write" : "poll")
    const far = this.#askFor(request)
    far.on("response", (response) => {
      const pieces: Buffer[] = []
      response.on("data", (piece: Buffer) => pieces.push(piece))
      response.on("end", () => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        answer.end(Buffer.concat(pieces))
      })
    })
    far.on("error", () => answer.destroy())
    answer.on("close", () => far.destroy())
    request.pipe(far)
  }

  #carryUpgrade(request: IncomingMessage, near: Duplex, head: Buffer): void {
    this.#watch(near)
    this.#see("websocket")
    const isBroken = !this.#isMended
    if (isBroken && this.#fault === "strips-upgrade") {
      const far = this.#askFor(request)
      far.on("response", (response) => {
        near.end(
          `HTTP/1.1 ${response.statusCode} ${response.statusMessage}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
        )
        response.resume()
      })
      far.on("error", () => near.destroy())
      far.end()
      return
    }
    const far = this.#askFor(request, { connection: "upgrade", upgrade: "websocket" })
    far.on("upgrade", (response, socket: Socket, farHead: Buffer) => {
      this.#watch(socket)
      near.write(handshakeOf(response))
      socket.on("close", () => near.destroy())
      near.on("close", () => socket.destroy())
      if (isBroken && this.#fault === "swallows") {
        near.resume()
        socket.resume()
        return
      }
      const kept: Buffer[] = []
      const toNear = (bytes: Buffer): void => {
        if (isBroken) kept.push(bytes)
        else near.write(bytes)
      }
      socket.write(head)
      near.on("data", (bytes: Buffer) => socket.write(bytes))
      toNear(farHead)
      socket.on("data", toNear)
      socket.on("end", () => near.end(Buffer.concat(kept)))
      near.on("end", () => socket.end())
    })
    far.on("error", () => near.destroy())
    far.end()
  }

  #askFor(request: IncomingMessage, upgrade: Record<string, string> = {}): ClientRequest {
    const { upgrade: _upgrade, connection: _connection, ...headers } = request.headers
    const far = ask({
      host: "127.0.0.1",
      port: this.#target(),
      method: request.method,
      path: request.url,
      headers: { ...headers, ...upgrade },
      agent: false,
    })
    far.on("socket", (socket) => this.#watch(socket))
    return far
  }

  #watch(socket: Duplex): void {
    this.#sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => this.#sockets.delete(socket))
  }
}

/** A relay that can forget its connections, as networks forget idle ones: neither side is told, and nothing gets through any more. */
export class ForgetfulRelay implements AsyncDisposable {
  readonly #target: () => number
  readonly #relay: Relay
  readonly #pairs = new Set<{ readonly near: Socket; readonly far: Socket; isForgotten: boolean }>()

  private constructor(target: () => number) {
    this.#target = target
    this.#relay = createRelay((near) => this.#carry(near))
  }

  /** @param target port of the server, asked for at each connection */
  static async to(target: () => number): Promise<ForgetfulRelay> {
    const relay = new ForgetfulRelay(target)
    relay.#relay.listen(0, "127.0.0.1")
    await once(relay.#relay, "listening")
    return relay
  }

  get origin(): string {
    return `http://127.0.0.1:${portOf(this.#relay)}`
  }

  /** Forgets the connections there are. */
  forget(): void {
    for (const pair of this.#pairs) pair.isForgotten = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy()
      far.destroy()
    }
    this.#relay.close()
    await once(this.#relay, "close")
  }

  #carry(near: Socket): void {
    const far = connect(this.#target(), "127.0.0.1")
    const pair = { near, far, isForgotten: false }
    this.#pairs.add(pair)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("error", () => {})
      from.on("data", (bytes: Buffer) => {
        if (!pair.isForgotten) to.write(bytes)
      })
      from.on("close", () => {
        if (!pair.isForgotten) to.destroy()
      })
    }
  }
}

function handshakeOf({ headers }: IncomingMessage): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}\r\n`)
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join("")}\r\n`
}

function portOf(server: Server | Relay): number {
  const address = server.address()
  if (address === null || typeof address === "string") throw new TypeError("the proxy does not listen on a port")
  return address.port
}
