import type { IncomingMessage } from "node:http"
import { Socket } from "node:net"
import type { Duplex } from "node:stream"
import { CLOSE, type Clock, type Millis } from "@ligature/protocol"
import type { Rooms } from "@ligature/room"
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws"
import type { Authority } from "./auth/authority.ts"
import type { SessionGuards } from "./auth/session-guards.ts"
import { closeWith, joinRoom } from "./connection.ts"
import { HalfSentBytes } from "./half-sent-bytes.ts"
import { Heartbeat } from "./heartbeat.ts"
import type { HostNames } from "./host-names.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { ServerLog } from "./server-log.ts"
import { readSyncRequest, selectSubprotocol } from "./sync-request.ts"
import { SyncSocket } from "./sync-socket.ts"

/** The WebSocket side of the server: turns handshakes into sessions of rooms. */
export interface SyncEndpoint {
  /** For an `upgrade` event of an HTTP server. Never throws; answers every socket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** From now on newcomers are told to come back later. */
  drain(): void
  /** Resolves when every connection is gone; those that do not say goodbye in time are cut. */
  close(): Promise<void>
}

export function openSyncEndpoint(o: {
  readonly rooms: Rooms
  readonly hosts: HostNames
  readonly authority: Authority
  readonly guards: SessionGuards
  readonly limits: ServerLimits
  /** Bytes of one message at most. */
  readonly frameBytes: number
  readonly clock: Clock
  readonly log: ServerLog
}): SyncEndpoint {
  const { rooms, hosts, authority, guards, limits, clock, log } = o
  const options: ServerOptions<typeof SyncSocket> & { closeTimeout: Millis } = {
    noServer: true,
    WebSocket: SyncSocket,
    // Updates hardly shrink, and a deflate context costs 300 KB a connection.
    perMessageDeflate: false,
    maxPayload: o.frameBytes,
    closeTimeout: limits.closeTimeoutMs,
    handleProtocols: (_offered, request) => selectSubprotocol(request),
  }
  const server = new WebSocketServer(options)
  const heartbeat = new Heartbeat(clock, limits.pingIntervalMs)
  const halfSent = new HalfSentBytes(limits.halfSentBytes)
  let isDraining = false

  function connected(websocket: WebSocket, request: IncomingMessage, socket: Duplex): void {
    // The library closes the connection itself; what is left to do is to note it.
    websocket.on("error", (error) => log.debug({ err: error }, "a connection failed"))
    if (isDraining) return closeWith(websocket, CLOSE.restart)
    heartbeat.watch(websocket)
    if (socket instanceof Socket) halfSent.watch(websocket, socket, giveUp)
    void enter(websocket, request, socket)
  }

  /** Finds out who comes before anything that they send is read. */
  async function enter(websocket: WebSocket, request: IncomingMessage, socket: Duplex): Promise<void> {
    websocket.pause()
    const cancelDeadline = clock.after(limits.firstMessageMs, () => closeWith(websocket, CLOSE.storeUnavailable))
    const wanted = await readSyncRequest(request, { hosts, authority })
    cancelDeadline()
    if (websocket.readyState !== websocket.OPEN) return
    if (isDraining) return closeWith(websocket, CLOSE.restart)
    if (wanted.document === null) return closeWith(websocket, wanted.refusal)
    joinRoom({ rooms, guards, websocket, socket, request: wanted, limits, clock, log })
    websocket.resume()
  }

  return {
    accept(request, socket, head) {
      if (!hosts.knows(request.headers.host)) {
        socket.end("HTTP/1.1 421 Misdirected Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        return
      }
      server.handleUpgrade(request, socket, head, (websocket) => connected(websocket, request, socket))
    },
    drain() {
      isDraining = true
    },
    async close() {
      heartbeat.stop()
      await Promise.all([...server.clients].map((websocket) => goodbye(websocket)))
    },
  }
}

/** Says why and reads no more of what the other side has under way; the closing handshake's deadline cuts it. */
function giveUp(websocket: WebSocket): void {
  closeWith(websocket, CLOSE.later)
  websocket.pause()
}

/** Resolves when the connection is gone; the closing handshake's own deadline sees to that. */
async function goodbye(websocket: WebSocket): Promise<void> {
  if (websocket.readyState === websocket.CLOSED) return
  await new Promise<void>((resolve) => {
    websocket.once("close", () => resolve())
    closeWith(websocket, CLOSE.restart)
  })
}
