import type { IncomingMessage } from "node:http"
import { CLOSE, type Clock } from "@ligature/protocol"
import type { WebSocket } from "ws"
import { GREETING } from "../connection.ts"
import type { ServerLimits } from "../server-limits.ts"
import type { ServerLog } from "../server-log.ts"
import { closeWith } from "../websocket-peer.ts"

/** `/sync?probe`: a client on long-polling asks whether WebSockets pass by now. */
export function isProbe(request: IncomingMessage): boolean {
  return request.url === "/sync?probe"
}

/** Greets, so that the client knows, and waits for it to leave: a close would get through where messages do not. */
export function answerProbe(websocket: WebSocket, limits: ServerLimits, clock: Clock, log: ServerLog): void {
  // The library closes the connection itself; what is left to do is to note it.
  websocket.on("error", (error) => log.debug({ err: error }, "a connection failed"))
  websocket.send(GREETING)
  const leave = (): void => closeWith(websocket, CLOSE.noSuchDocument)
  const cancel = clock.after(limits.firstMessageMs, leave)
  websocket.on("message", leave)
  websocket.on("close", cancel)
}
