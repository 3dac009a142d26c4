import type { Access, AccessReason, PresenceIdentity, SUBPROTOCOL } from "@ligature/protocol"

/** What a room asks of a connection. The server adapts its sockets; tests pass a pair of queues. None of it may throw or call back at once. */
export interface SessionSocket {
  /** The frame is shared with other sockets: it must not be changed. */
  send(frame: Uint8Array): void
  /** Says goodbye with a code of the protocol's table and a sentence for people. */
  close(code: number, reason: string): void
  /** Stops reading from the peer until `resume`. */
  pause(): void
  resume(): void
  /** Ends the connection without a goodbye: the peer reads nothing any more. */
  terminate(): void
  /** Bytes handed to `send` that have not left yet. */
  readonly bufferedBytes: number
}

/** What a connection has proved before it joins. */
export interface SessionGrant {
  readonly speaks: typeof SUBPROTOCOL | "y-websocket"
  readonly access: Access
  /** Subjects and hashes of secrets; any one of them owns what it wrote. None for an anonymous stock client. */
  readonly identities: readonly string[]
  /** Overwrites who the presence says it is. */
  readonly user?: PresenceIdentity
  /** Asked before its first update brings a document into being; it always may if left out. */
  readonly creation?: CreationRight
  /** The schema version of the client; stock clients have none and are not held to one. */
  readonly schema?: number
}

/** An object and not a function: it lives as long as the connection, and most have such an object anyway. */
export interface CreationRight {
  mayCreate(): boolean
}

/** One authenticated connection in a room, as the server that owns the socket sees it. */
export interface Session {
  readonly id: string
  /** A frame from the peer. The room may keep it: the bytes must not change afterwards. */
  receive(frame: Uint8Array): void
  /** The socket's buffer has drained. */
  drained(): void
  /** The socket is gone; nothing is sent any more. */
  closed(): void
  /** Rights changed, a token ran out or was renewed. */
  setAccess(access: Access, reason: AccessReason): void
}
