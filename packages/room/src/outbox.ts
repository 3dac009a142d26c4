import type { Millis } from "@ligature/protocol"
import { NOBODY } from "./presence.ts"
import type { RoomLimits } from "./room-limits.ts"
import type { SessionSocket } from "./session-socket.ts"

/** Why a socket is not read from. */
export const PAUSED = { slow: 1, waiting: 2, unstored: 4 } as const

/**
 * What leaves for one peer. Document updates are never dropped: while the peer is slow, or a first sync is under way, they wait here
 * in order, as references to shared frames. Presence is dropped for a slow peer and sent whole once it has caught up.
 */
export class Outbox {
  readonly #socket: SessionSocket
  readonly #limits: RoomLimits
  /** Relayed frames that wait, oldest first. */
  #relays: Uint8Array[] = []
  #relayBytes = 0
  /** A first sync is being sent; relays wait for its end. */
  #isHeld = false
  #paused = 0
  #missedPresence = false
  #lastSent: Millis
  #sentBytes = 0
  /** How much of it the peer had taken when somebody last saw it take something, and when that was. */
  #takenBytes = 0
  #takenAt: Millis

  constructor(socket: SessionSocket, limits: RoomLimits, now: Millis) {
    this.#socket = socket
    this.#limits = limits
    this.#lastSent = now
    this.#takenAt = now
  }

  /** Bytes that wait, in the socket and before it. */
  get bytes(): number {
    return this.#relayBytes + this.#socket.bufferedBytes
  }

  get isSlow(): boolean {
    return (this.#paused & PAUSED.slow) !== 0
  }

  get isDrained(): boolean {
    return this.#relays.length === 0 && this.#socket.bufferedBytes === 0
  }

  /** The peer takes no more at the moment: whoever streams waits for `drained`. */
  get isFull(): boolean {
    return this.#socket.bufferedBytes >= this.#limits.syncChunkBytes
  }

  send(frame: Uint8Array, now: Millis): void {
    this.#socket.send(frame)
    this.#lastSent = now
    this.#sentBytes += frame.length
    if (this.#socket.bufferedBytes > this.#limits.slowBytes && !this.isSlow) {
      this.pause(PAUSED.slow)
      this.#takenAt = now
    }
  }

  /** Sends a batch, or keeps it until the peer can take it. False if too much waits already: the peer is stuck. */
  relay(frames: readonly Uint8Array[], now: Millis): boolean {
    if ((this.#isHeld || this.isSlow) && this.#isStuck(now)) return false
    for (const frame of frames) {
      if (this.#isHeld || this.isSlow) {
        this.#relays.push(frame)
        this.#relayBytes += frame.length
      } else {
        this.send(frame, now)
      }
    }
    return true
  }

  /** Dropped if the peer is slow. */
  presence(frame: Uint8Array, now: Millis): void {
    if (this.isSlow) this.#missedPresence = true
    else this.send(frame, now)
  }

  hold(): void {
    this.#isHeld = true
  }

  release(now: Millis): void {
    this.#isHeld = false
    this.#sendRelays(now)
  }

  /** Sends what waited, as far as the peer takes it. True if it missed presence and can have it now. */
  drained(now: Millis): boolean {
    if (this.isSlow && this.#socket.bufferedBytes <= this.#limits.slowBytes / 2) this.resume(PAUSED.slow)
    if (!this.#isHeld) this.#sendRelays(now)
    if (this.isSlow || !this.#missedPresence) return false
    this.#missedPresence = false
    return true
  }

  /** Keeps a silent connection alive. False if the peer has taken nothing for too long. */
  tick(now: Millis, everyMs: Millis): boolean {
    const isWaitedFor = this.isSlow || (this.#isHeld && this.isFull)
    if (isWaitedFor) return now - this.#lastTaken(now) < this.#limits.stuckMs
    this.#takenAt = now
    // Sent before it is due: the next tick would be too late.
    if (now - this.#lastSent >= this.#limits.keepaliveMs - everyMs) this.send(NOBODY, now)
    return true
  }

  /** A large paste on a slow line is no reason to give up a peer that takes what it can; four of them are. */
  #isStuck(now: Millis): boolean {
    const waiting = this.#relayBytes + this.#socket.bufferedBytes
    if (waiting <= this.#limits.stuckBytes) return false
    return waiting > 4 * this.#limits.stuckBytes || (this.isSlow && now - this.#lastTaken(now) > PATIENCE_MS)
  }

  /** When the peer last took something, as far as anybody looked. */
  #lastTaken(now: Millis): Millis {
    const taken = this.#sentBytes - this.#socket.bufferedBytes
    if (taken > this.#takenBytes) {
      this.#takenBytes = taken
      this.#takenAt = now
    }
    return this.#takenAt
  }

  pause(why: number): void {
    if (this.#paused === 0) this.#socket.pause()
    this.#paused |= why
  }

  resume(why: number): void {
    if ((this.#paused & why) === 0) return
    this.#paused &= ~why
    if (this.#paused === 0) this.#socket.resume()
  }

  /** Nothing more leaves. */
  drop(): void {
    this.#relays = []
    this.#relayBytes = 0
  }

  #sendRelays(now: Millis): void {
    let sent = 0
    for (const frame of this.#relays) {
      if (this.isSlow) break
      this.send(frame, now)
      this.#relayBytes -= frame.length
      sent++
    }
    if (sent > 0) this.#relays = this.#relays.slice(sent)
  }
}

const PATIENCE_MS = 1000
