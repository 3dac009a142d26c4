import type { Clock } from "@ligature/protocol"
import type { DocumentStore } from "@ligature/store"
import type { AppendTurns } from "./append-turns.ts"
import type { Gate } from "./gate.ts"
import type { RoomLimits } from "./room-limits.ts"
import type { RoomsObserver } from "./rooms-observer.ts"

/** What all rooms share. */
export interface RoomsContext {
  readonly store: DocumentStore
  readonly clock: Clock
  readonly limits: RoomLimits
  readonly on: RoomsObserver
  /** The highest schema version there is, as far as the server knows; what clients say beyond it counts as this. */
  readonly schemaVersion: number
  /** Documents are read a few at a time. */
  readonly loads: Gate
  /** Rooms append together. */
  readonly appends: AppendTurns
}
