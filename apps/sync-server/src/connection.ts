import type { Duplex } from "node:stream"
import { CLOSE, closeRule, type Clock } from "@ligature/protocol"
import type { Rooms, Session, SessionSocket } from "@ligature/room"
import type { WebSocket } from "ws"
import type { SessionGuards } from "./auth/session-guards.ts"
import { ByteBucket } from "./byte-bucket.ts"
import type { ServerLog } from "./server-log.ts"
import type { ServerLimits } from "./server-limits.ts"
import { sendShared } from "./shared-frames.ts"
import type { SyncRequest } from "./sync-request.ts"

/** A close frame holds 125 bytes, two of them the code (RFC 6455, 5.5). */
const REASON_BYTES = 123

/** Gives an accepted WebSocket to the room it asks for: the room meets a `SessionSocket`, never a WebSocket. */
export function joinRoom(o: {
  readonly rooms: Rooms
  readonly guards: SessionGuards
  readonly websocket: WebSocket
  /** The one that its handshake came on. */
  readonly socket: Duplex
  readonly request: Extract<SyncRequest, { document: string }>
  readonly limits: ServerLimits
  readonly clock: Clock
  readonly log: ServerLog
}): void {
  const { websocket, limits, clock } = o
  const socket = new WebSocketAdapter(websocket, o.socket)
  const session: Session = o.rooms.join(o.request.document, socket, o.request.grant)
  socket.onDrained = () => session.drained()
  const endGuard = o.guards.guard(session, o.request.visit)

  const cancelDeadline = clock.after(limits.firstMessageMs, () => closeWith(websocket, CLOSE.slowDown))
  const bucket = new ByteBucket(limits.burstBytes, limits.bytesPerSecond, clock.now())
  websocket.on("message", (data, isBinary) => {
    cancelDeadline()
    // Once we have said goodbye, what the other side had under way is not for the room.
    if (websocket.readyState !== websocket.OPEN) return
    if (!isBinary || !Buffer.isBuffer(data)) return closeWith(websocket, CLOSE.unsupportedData)
    try {
      // A plain view: Buffer's own `slice` shares memory where that of an array copies.
      session.receive(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    } catch (error) {
      // A fault of ours that one peer has found must not end the process for everybody: it would come back and do it again.
      o.log.error({ err: error, session: session.id }, "a message met a fault of the server")
      return closeWith(websocket, CLOSE.serverError)
    }
    const wait = bucket.take(data.byteLength + limits.bytesPerMessage, clock.now())
    if (wait > 0) socket.rest(clock, wait)
  })
  websocket.on("close", () => {
    cancelDeadline()
    endGuard()
    session.closed()
  })
}

/** Closes with one of our codes and the sentence that goes with it. */
export function closeWith(websocket: WebSocket, code: number): void {
  // Nothing is read from a paused socket, the other side's goodbye neither.
  websocket.resume()
  websocket.close(code, shortened(closeRule(code).sentence))
}

class WebSocketAdapter implements SessionSocket {
  readonly #websocket: WebSocket
  readonly #socket: Duplex
  /** The operating system did not take at once what was sent last. */
  #isBehind = false
  /** The room reads no further until it has caught up. */
  #isPausedByRoom = false
  /** The connection has sent more than its share. */
  #isResting = false
  onDrained: () => void = () => {}

  constructor(websocket: WebSocket, socket: Duplex) {
    this.#websocket = websocket
    this.#socket = socket
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  send(frame: Uint8Array): void {
    if (this.#websocket.readyState !== this.#websocket.OPEN) return
    sendShared(this.#websocket, this.#socket, frame, this.#sent)
    if (this.#socket.writableLength > 0) this.#isBehind = true
  }

  close(code: number, reason: string): void {
    this.#websocket.resume()
    this.#websocket.close(code, shortened(reason))
  }

  pause(): void {
    this.#isPausedByRoom = true
    this.#websocket.pause()
  }

  resume(): void {
    this.#isPausedByRoom = false
    this.#resumeWhenFree()
  }

  terminate(): void {
    this.#websocket.terminate()
  }

  rest(clock: Clock, wait: number): void {
    if (this.#isResting) return
    this.#isResting = true
    this.#websocket.pause()
    clock.after(wait, () => {
      this.#isResting = false
      this.#resumeWhenFree()
    })
  }

  /** One function for all sends; it runs when a frame has left the process. */
  readonly #sent = (): void => {
    if (!this.#isBehind || this.#socket.writableLength > 0) return
    this.#isBehind = false
    this.onDrained()
  }

  #resumeWhenFree(): void {
    if (!this.#isPausedByRoom && !this.#isResting) this.#websocket.resume()
  }
}

/** Cut at a character, to what a close frame holds. */
function shortened(reason: string): string {
  if (Buffer.byteLength(reason) <= REASON_BYTES) return reason
  let end = REASON_BYTES - 3
  while (Buffer.byteLength(reason.slice(0, end)) > REASON_BYTES - 3) end -= 1
  return `${reason.slice(0, end)}…`
}
