import type { Access, DocumentName, Millis } from "@ligature/protocol"
import type { Session } from "./session-socket.ts"

/** Called as things happen, for logs and metrics. Every member is optional; none may throw. */
export interface RoomsObserver {
  roomOpened?(document: DocumentName): void
  roomClosed?(document: DocumentName): void
  /** The document could not be read; its sessions were closed and the store was not touched. */
  loadFailed?(document: DocumentName, error: unknown): void
  /** The document is damaged. Who comes sees what can still be read of it, and may not write. */
  salvaged?(document: DocumentName, error: Error): void
  /** The store refused what the room had accepted; its sessions were closed. */
  appendFailed?(document: DocumentName, error: unknown): void
  /** A batch is on disk. */
  committed?(document: DocumentName, batch: { updates: number; bytes: number; ms: Millis }): void
  /** A message met a fault of ours. Its sender was closed with 1011, everybody else with 4503; the room opens again from disk. */
  fault?(document: DocumentName, session: Session, error: unknown): void
  /** The room closed a connection: a code of the protocol's table, why, and what was found. */
  sessionClosed?(document: DocumentName, session: Session, close: { code: number; detail: string }): void
  /** A reader that took nothing was cut off. */
  slowReaderTerminated?(document: DocumentName, session: Session): void
  /** A message of an unknown number was passed over. */
  unknownMessage?(document: DocumentName, session: Session, number: number): void
  /** A fresh token came. Whoever signs tokens checks it and answers with `session.setAccess`. */
  token?(document: DocumentName, session: Session, token: string): void
}

export interface RoomsStats {
  /** Rooms that are open. */
  readonly rooms: number
  readonly opening: number
  readonly closing: number
  readonly sessions: number
  /** Bytes accepted and not on disk yet. */
  readonly unstoredBytes: number
  /** Bytes of first-sync frames kept for joiners. */
  readonly cachedBytes: number
  /** Bytes that readers have not taken yet, in their sockets and before. */
  readonly bufferedBytes: number
}

/** A connection to a document, as its host may see it. */
export interface ConnectedSession {
  readonly id: string
  readonly access: Access
  /** Subjects and hashes of secrets. */
  readonly identities: readonly string[]
  readonly joined: Millis
  /** What it shows of itself; null when that is nothing. Not to be changed. */
  readonly presence: Readonly<Record<string, unknown>> | null
}
