import { DEFAULT_LIMITS, type Limits, type Millis } from "@ligature/protocol"

/** What a room may cost, beside what the protocol allows a message to cost. */
export interface RoomLimits extends Limits {
  /** How long a room stays open after its last session: a reload comes back within seconds. */
  readonly roomIdleMs: Millis
  /** Each connection gets something at least this often: stock watchdogs give up after 30 s without a data message. */
  readonly keepaliveMs: Millis
  /** Presence of a room is sent at most this often: 20 times a second look smooth. */
  readonly presenceIntervalMs: Millis
  /** Buffered bytes from which a reader is slow: presence is dropped for it, and nothing more is read from it. */
  readonly slowBytes: number
  /** Bytes waiting for one reader, in its socket and before it, from which it is given up. */
  readonly stuckBytes: number
  /** How long a slow reader may make no progress before it is given up. */
  readonly stuckMs: Millis
  /** Bytes of a session's frames that wait for the room to open before its socket is paused. */
  readonly waitingBytes: number
  /** Bytes of a session's messages that wait for what they stand on. */
  readonly heldBytes: number
  /** Messages of a session without receipt before it is told to slow down. */
  readonly unreceiptedMessages: number
  /** Bytes of a session that are not stored yet before its socket is paused: the store may be failing. */
  readonly unstoredBytes: number
  /** Messages of nothing but others' structs, waiting at the same time, before their bringer is sent away. */
  readonly foreignMessages: number
  /** Bytes of first-sync frames that a hot room keeps for its next joiners. */
  readonly syncCacheBytes: number
  /** How long they are kept after the last join that used them. */
  readonly syncCacheMs: Millis
  /** Documents read from the store at the same time. */
  readonly loads: number
  /** Bytes of one append: a backlog is written in parts, so that receipts come as it goes. */
  readonly appendBytes: number
  /** How long closing waits for the store. */
  readonly closeMs: Millis
  /** How long after a restore from a backup anybody who may write may bring what others wrote: a week offline is normal. */
  readonly recoveryMs: Millis
}

export const DEFAULT_ROOM_LIMITS: RoomLimits = {
  ...DEFAULT_LIMITS,
  roomIdleMs: 10_000,
  keepaliveMs: 20_000,
  presenceIntervalMs: 50,
  slowBytes: 1024 * 1024,
  stuckBytes: 8 * 1024 * 1024,
  stuckMs: 10_000,
  waitingBytes: 1024 * 1024,
  heldBytes: 1024 * 1024,
  unreceiptedMessages: 1_000_000,
  unstoredBytes: 4 * 1024 * 1024,
  foreignMessages: 3,
  syncCacheBytes: 8 * 1024 * 1024,
  syncCacheMs: 15_000,
  loads: 4,
  appendBytes: 4 * 1024 * 1024,
  closeMs: 10_000,
  recoveryMs: 8 * 24 * 3_600_000,
}
