import type { Millis } from "@ligature/protocol"

/** What one connection, and all of them together, may ask of the server before a document is involved. */
export interface ServerLimits {
  /** For the headers of a request or a handshake: enough for a train's worst minute, too little to hold sockets for free. */
  readonly headersTimeoutMs: Millis
  /** For a whole request with what it carries: an upload on a slow line. */
  readonly requestTimeoutMs: Millis
  /** From the handshake to the first message. It ends with the first message: a silent reader is a good reader. */
  readonly firstMessageMs: Millis
  /** Between two WebSocket pings; a peer that answered none of them for a whole round is gone. Proxies drop idle sockets after 60 s. */
  readonly pingIntervalMs: Millis
  /** For the other side's half of the closing handshake; after that the socket is cut. */
  readonly closeTimeoutMs: Millis
  /** TCP connections, in all and of one address: a browser opens half a dozen beside its WebSocket. Not counted by address behind a proxy. */
  readonly sockets: number
  readonly socketsPerAddress: number
  /** Open documents' connections in all: each costs some tens of kilobytes and a file descriptor. */
  readonly connections: number
  /** Of one address (one /64 of IPv6): an office of 200 people with several tabs each is one. */
  readonly connectionsPerAddress: number
  /** Of one person who signed in: all their tabs and devices. */
  readonly connectionsPerUser: number
  /** Of one document: what one writes goes to all of them. */
  readonly connectionsPerDocument: number
  /** New connections of one address at once, when the whole office comes back after a restart; and then every second. */
  readonly handshakeBurst: number
  readonly handshakesPerSecond: number
  /** Other HTTP requests of one address: opening the app takes some dozens. */
  readonly requestBurst: number
  readonly requestsPerSecond: number
  /** Documents that one address brings into being at once, and then every hour: each stays in the store. */
  readonly newDocumentBurst: number
  readonly newDocumentsPerHour: number
  /** Messages a connection may send at once, before it is read no faster than `messagesPerSecond`. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** Bytes a connection may send at once, before it is read no faster than `bytesPerSecond`. */
  readonly burstBytes: number
  readonly bytesPerSecond: number
  /** What a message costs beside its own bytes: a thousand empty ones are not free. */
  readonly bytesPerMessage: number
  /** Parts of one WebSocket message: each empty one costs memory and no bytes. */
  readonly fragments: number
  /** Pieces in which a frame may arrive: one of a byte each would cost a hundred times its bytes. */
  readonly bufferedChunks: number
  /** Bytes of messages that have begun and not ended, over all connections: what half-sent messages may hold of the server's memory. */
  readonly halfSentBytes: number
  /** Bytes that wait to be taken by readers, over all connections; past it the one furthest behind is cut off. */
  readonly sendBytes: number
  /** For rooms and store to finish when the server stops. A store that does not take writes would otherwise hold it for ever. */
  readonly shutdownMs: Millis
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  firstMessageMs: 10_000,
  pingIntervalMs: 20_000,
  closeTimeoutMs: 5_000,
  sockets: 30_000,
  socketsPerAddress: 4_000,
  connections: 20_000,
  connectionsPerAddress: 2_000,
  connectionsPerUser: 200,
  connectionsPerDocument: 2_000,
  handshakeBurst: 2_000,
  handshakesPerSecond: 50,
  requestBurst: 20_000,
  requestsPerSecond: 500,
  newDocumentBurst: 500,
  newDocumentsPerHour: 500,
  messageBurst: 20_000,
  messagesPerSecond: 5_000,
  burstBytes: 32 * 1024 * 1024,
  bytesPerSecond: 4 * 1024 * 1024,
  bytesPerMessage: 32,
  fragments: 1_024,
  bufferedChunks: 64 * 1024,
  halfSentBytes: 256 * 1024 * 1024,
  sendBytes: 512 * 1024 * 1024,
  shutdownMs: 8_000,
}
