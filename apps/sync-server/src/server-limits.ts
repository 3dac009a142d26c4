import type { Millis } from "@ligature/protocol"

/** What one connection, and all of them together, may ask of the server before a document is involved. */
export interface ServerLimits {
  /** For the headers of a request or a handshake: enough for a train's worst minute, too little to hold sockets for free. */
  readonly headersTimeoutMs: Millis
  /** From the handshake to the first message. It ends with the first message: a silent reader is a good reader. */
  readonly firstMessageMs: Millis
  /** Between two WebSocket pings; a peer that answered none of them for a whole round is gone. Proxies drop idle sockets after 60 s. */
  readonly pingIntervalMs: Millis
  /** For the other side's half of the closing handshake; after that the socket is cut. */
  readonly closeTimeoutMs: Millis
  /** Bytes a connection may send at once, before it is read no faster than `bytesPerSecond`. */
  readonly burstBytes: number
  readonly bytesPerSecond: number
  /** What a message costs beside its own bytes: a thousand empty ones are not free. */
  readonly bytesPerMessage: number
  /** Bytes of messages that have begun and not ended, over all connections: what half-sent messages may hold of the server's memory. */
  readonly halfSentBytes: number
  /** For rooms and store to finish when the server stops. A store that does not take writes would otherwise hold it for ever. */
  readonly shutdownMs: Millis
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  firstMessageMs: 10_000,
  pingIntervalMs: 20_000,
  closeTimeoutMs: 5_000,
  burstBytes: 32 * 1024 * 1024,
  bytesPerSecond: 4 * 1024 * 1024,
  bytesPerMessage: 32,
  halfSentBytes: 256 * 1024 * 1024,
  shutdownMs: 8_000,
}
