import { randomBytes } from "node:crypto"
import { IncomingMessage, type ServerResponse } from "node:http"
import { CLOSE, OFFER_HEADER, parseOffer, SUBPROTOCOL, type Clock } from "@ligature/protocol"
import { Server, type Socket } from "engine.io"
import type { Entrance } from "../entrance.ts"
import type { HalfSender, HalfSentBytes } from "../half-sent-bytes.ts"
import type { HostNames } from "../host-names.ts"
import type { Admissions } from "../limits/admissions.ts"
import type { ServerLimits } from "../server-limits.ts"
import { allowOrigin, answerPreflight } from "./cross-origin.ts"
import { PollingPeer } from "./polling-peer.ts"
import { readBody } from "./read-body.ts"

/** The same messages over HTTP long-polling, under the same addresses, for networks that let no WebSocket through. */
export interface PollingEndpoint {
  /** For a request under `/sync`. Never throws; answers every request. */
  handle(request: IncomingMessage, answer: ServerResponse): void
  /** Resolves when every session is gone; those that do not fetch their goodbye in time are cut. */
  close(): Promise<void>
}

/** Messages in one request: each becomes an object before anybody can stop it. */
const MOST_MESSAGES = 10_000
const SEPARATOR = "\x1e"

/** A session with what the requests of it have to agree with. */
interface PollingSession {
  readonly peer: PollingPeer
  polls: number
  writes: number
  /** One request with messages at a time. */
  isWriting: boolean
  /** Lets it be read, when it waits. */
  proceed: (() => void) | null
}

export function openPollingEndpoint(o: {
  readonly entrance: Entrance
  readonly admissions: Admissions
  readonly hosts: HostNames
  readonly limits: ServerLimits
  readonly halfSent: HalfSentBytes
  /** Bytes of one message at most. */
  readonly frameBytes: number
  readonly clock: Clock
}): PollingEndpoint {
  const { hosts, limits, clock } = o
  /** In base64, with room for small messages beside the largest. */
  const bodyBytes = Math.ceil(o.frameBytes / 3) * 4 + 64 * 1024
  const engine = new PollingEngine({
    transports: ["polling"],
    allowUpgrades: false,
    pingInterval: limits.pingIntervalMs,
    pingTimeout: limits.pingIntervalMs,
    maxHttpBufferSize: bodyBytes,
    // Messages are binary and travel as base64: compressed, they take a quarter less.
    httpCompression: { threshold: 1024 },
  })
  const sessions = new Map<string, PollingSession>()

  engine.on("connection", (socket: Socket) => {
    const { request } = socket
    const id = engine.idFor(request)
    const peer = new PollingPeer(socket, { clock, closeMs: limits.closeTimeoutMs, frameBytes: o.frameBytes })
    const session: PollingSession = { peer, polls: 1, writes: 0, isWriting: false, proceed: null }
    sessions.set(id, session)
    socket.once("close", () => sessions.delete(id))
    peer.onReading = () => {
      const { proceed } = session
      session.proceed = null
      proceed?.()
    }
    const poll = engine.answerTo(request)
    if (poll !== undefined) peer.polledBy(poll)
    void o.entrance.enter(peer, request, parseOffer(offerOf(request)))
  })

  function begin(request: IncomingMessage, answer: ServerResponse): void {
    // Only our own clients know this way; without receipts nothing could be called saved.
    if (request.method !== "GET" || parseOffer(offerOf(request)).speaks !== SUBPROTOCOL) return refuse(answer, 400)
    if (!o.admissions.allowsHandshake(request)) return refuse(answer, 429)
    engine.begin(request, answer)
  }

  function poll(session: PollingSession, request: IncomingMessage, answer: ServerResponse): void {
    session.polls++
    session.peer.polledBy(answer)
    engine.handleRequest(request, answer)
  }

  async function write(session: PollingSession, request: IncomingMessage, answer: ServerResponse): Promise<void> {
    session.writes++
    session.isWriting = true
    if (Number(request.headers["content-length"] ?? 0) > bodyBytes) return tooLarge(session, answer)
    // Nothing is read while the session may send no more: neither before it is known who they are, nor above its share.
    if (!session.peer.isReading) await new Promise<void>((resolve) => (session.proceed = resolve))
    const sender: HalfSender = { halfSent: 0, giveUp: () => session.peer.closeWith(CLOSE.later) }
    o.halfSent.hold(sender)
    const body = await readBody(request, bodyBytes, (bytes) => o.halfSent.set(sender, sender.halfSent + bytes))
    o.halfSent.release(sender)
    session.isWriting = false
    if (body.state === "too large") return tooLarge(session, answer)
    if (body.state === "gone") session.peer.terminate()
    if (body.state === "gone" || session.peer.isGone) return refuse(answer, 400)
    if (countOf(SEPARATOR, body.text) >= MOST_MESSAGES) {
      session.peer.closeWith(CLOSE.slowDown)
      return refuse(answer, 400)
    }
    engine.handleRequest(withBody(request, body.text), answer)
  }

  return {
    handle(request, answer) {
      answer.setHeader("x-content-type-options", "nosniff")
      if (!hosts.knows(request.headers.host)) return refuse(answer, 421)
      if (!allowOrigin(request, answer, hosts)) return refuse(answer, 403)
      if (request.method === "OPTIONS") return answerPreflight(answer)
      const query = queryOf(request)
      if (query.get("EIO") !== "4" || query.get("transport") !== "polling" || query.has("j")) return refuse(answer, 400)
      const id = query.get("sid")
      if (id === null) return begin(request, answer)
      const session = sessions.get(id)
      if (session === undefined) return refuse(answer, 400)
      const number = Number(query.get("n"))
      // A request that comes again was answered before: what that answer brought is lost, or its messages would count twice.
      if (request.method === "GET" && number === session.polls + 1) return poll(session, request, answer)
      if (request.method === "POST" && number === session.writes + 1 && !session.isWriting) {
        return void write(session, request, answer)
      }
      session.peer.terminate()
      return refuse(answer, 400)
    },
    async close() {
      await Promise.all([...sessions.values()].map(({ peer }) => goodbye(peer)))
      engine.close()
    },
  }
}

/** Hands out the ids of sessions, and remembers them by the request that began it. */
class PollingEngine extends Server {
  readonly #ids = new WeakMap<IncomingMessage, string>()
  readonly #answers = new WeakMap<IncomingMessage, ServerResponse>()

  begin(request: IncomingMessage, answer: ServerResponse): void {
    this.#answers.set(request, answer)
    this.handleRequest(request, answer)
  }

  /** 128 bits: whoever knows it speaks for the session. */
  override generateId(request: IncomingMessage): string {
    const id = randomBytes(16).toString("base64url")
    this.#ids.set(request, id)
    return id
  }

  idFor(request: IncomingMessage): string {
    return this.#ids.get(request) ?? ""
  }

  answerTo(request: IncomingMessage): ServerResponse | undefined {
    return this.#answers.get(request)
  }
}

function offerOf(request: IncomingMessage): string {
  const offer = request.headers[OFFER_HEADER]
  return typeof offer === "string" ? offer : ""
}

/** Not by the URL parser: it throws at what a stranger may send. */
function queryOf(request: IncomingMessage): URLSearchParams {
  return new URLSearchParams((request.url ?? "").split("?")[1] ?? "")
}

function refuse(answer: ServerResponse, status: number): void {
  if (!answer.headersSent)
    answer.writeHead(status, { "cache-control": "no-store", "content-length": 0, connection: "close" })
  answer.end()
}

function tooLarge(session: PollingSession, answer: ServerResponse): void {
  session.peer.closeWith(CLOSE.tooLarge)
  refuse(answer, 413)
}

/** The request as if its body were still to come: it has been read, counted and looked at. */
function withBody(request: IncomingMessage, body: string): IncomingMessage {
  const read = new IncomingMessage(request.socket)
  Object.assign(read, { method: request.method, url: request.url, headers: request.headers, complete: true })
  read.push(body)
  read.push(null)
  return read
}

function countOf(character: string, text: string): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count++
  return count
}

/** Resolves when the session is gone; its own deadline sees to that. */
async function goodbye(peer: PollingPeer): Promise<void> {
  if (peer.isGone) return
  await new Promise<void>((resolve) => {
    peer.onGone = resolve
    peer.closeWith(CLOSE.restart)
  })
}
