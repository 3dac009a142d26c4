import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { CLOSE, type Clock, type Millis } from "@ligature/protocol"
import { WebSocketServer, type ServerOptions, type WebSocket } from "ws"
import type { Entrance } from "./entrance.ts"
import { isProbe, answerProbe } from "./fallback/probe.ts"
import { HalfSentBytes } from "./half-sent-bytes.ts"
import { Heartbeat } from "./heartbeat.ts"
import type { HostNames } from "./host-names.ts"
import type { Admissions } from "./limits/admissions.ts"
import type { ServerLimits } from "./server-limits.ts"
import type { ServerLog } from "./server-log.ts"
import { selectSubprotocol } from "./sync-request.ts"
import { SyncSocket } from "./sync-socket.ts"
import { closeWith, type SharedByPeers, WebSocketPeer } from "./websocket-peer.ts"

/** The WebSocket side of the server: turns handshakes into peers at the entrance. */
export interface SyncEndpoint {
  /** For an `upgrade` event of an HTTP server. Never throws; answers every socket. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Resolves when every connection is gone; those that do not say goodbye in time are cut. */
  close(): Promise<void>
}

export function openSyncEndpoint(o: {
  readonly entrance: Entrance
  readonly admissions: Admissions
  readonly hosts: HostNames
  readonly limits: ServerLimits
  readonly halfSent: HalfSentBytes
  /** Bytes of one message at most. */
  readonly frameBytes: number
  readonly clock: Clock
  readonly log: ServerLog
}): SyncEndpoint {
  const { hosts, limits, clock, log } = o
  const options: ServerOptions<typeof SyncSocket> & {
    closeTimeout: Millis
    maxFragments: number
    maxBufferedChunks: number
  } = {
    noServer: true,
    // The library would keep a closure for each to take it off its list.
    clientTracking: false,
    WebSocket: SyncSocket,
    // Updates hardly shrink, and a deflate context costs 300 KB a connection.
    perMessageDeflate: false,
    // The peer answers pings itself: as fast as the other side reads, and no faster.
    autoPong: false,
    maxPayload: o.frameBytes,
    maxFragments: limits.fragments,
    maxBufferedChunks: limits.bufferedChunks,
    closeTimeout: limits.closeTimeoutMs,
    handleProtocols: (_offered, request) => selectSubprotocol(request),
  }
  const server = new WebSocketServer(options)
  const heartbeat = new Heartbeat(clock, limits.pingIntervalMs)
  const open = new Set<WebSocket>()
  const shared: SharedByPeers = { heartbeat, halfSent: o.halfSent, open, log }

  function connected(websocket: SyncSocket, request: IncomingMessage, socket: Duplex): void {
    open.add(websocket)
    if (isProbe(request)) {
      websocket.on("close", () => open.delete(websocket))
      return answerProbe(websocket, limits, clock, log)
    }
    void o.entrance.enter(new WebSocketPeer(websocket, socket, shared), request)
  }

  return {
    accept(request, socket, head) {
      if (!hosts.knows(request.headers.host)) {
        socket.end("HTTP/1.1 421 Misdirected Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        return
      }
      if (!o.admissions.allowsHandshake(request)) {
        socket.end(
          "HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n",
        )
        return
      }
      server.handleUpgrade(request, socket, head, (websocket) => connected(websocket, request, socket))
    },
    async close() {
      heartbeat.stop()
      await Promise.all([...open].map((websocket) => goodbye(websocket)))
    },
  }
}

/** Resolves when the connection is gone; the closing handshake's own deadline sees to that. */
async function goodbye(websocket: WebSocket): Promise<void> {
  if (websocket.readyState === websocket.CLOSED) return
  await new Promise<void>((resolve) => {
    websocket.once("close", () => resolve())
    closeWith(websocket, CLOSE.restart)
  })
}
