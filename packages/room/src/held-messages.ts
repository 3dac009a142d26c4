import type { Millis } from "@ligature/protocol"

/** A message that waits, or the part of it that does. */
export interface HeldMessage {
  readonly kind: "step2" | "update"
  readonly update: Uint8Array
  /** Its places among the receipts: a later step2 holds all that an earlier one held. */
  readonly places: readonly number[]
  /** "foreign": others' structs, whose owners will bring them. "structs": what its own writer has not brought yet. */
  readonly missing: "structs" | "foreign"
  /** Clients of others that were in the way, and how far they were known then. */
  readonly blockers: readonly { readonly client: number; readonly clock: number }[]
  /** How many messages of nothing but others' structs it stands for. */
  readonly strikes: number
}

/** Messages of one session that stand on something the room does not know yet: neither stored nor relayed nor refused. */
export class HeldMessages {
  #held: HeldMessage[] = []
  bytes = 0
  strikes = 0
  #isFreed = false
  #lastLooked: Millis = 0

  get isEmpty(): boolean {
    return this.#held.length === 0
  }

  /** Whether one waits for what its writer was asked for. */
  get awaitsStructs(): boolean {
    return this.#held.some(({ kind, missing }) => kind === "update" && missing === "structs")
  }

  get awaitsOthers(): boolean {
    return this.#held.some(({ missing }) => missing === "foreign")
  }

  add(message: HeldMessage): void {
    // A client's step2 holds all it has: one is enough.
    const older = message.kind === "step2" ? this.#held.filter(({ kind }) => kind === "step2") : []
    for (const old of older) this.#remove(old)
    const added = {
      ...message,
      places: [...older, message].flatMap(({ places }) => places),
      strikes: older.reduce((strikes, old) => strikes + old.strikes, message.strikes),
    }
    this.#held.push(added)
    this.bytes += added.update.length
    this.strikes += added.strikes
  }

  /** Takes all out, to be looked at again. */
  takeAll(now: Millis): HeldMessage[] {
    this.#lastLooked = now
    this.#isFreed = false
    const held = this.#held
    this.#held = []
    this.bytes = 0
    this.strikes = 0
    return held
  }

  /** Somebody's claim ended: what stood in the way may not any more. */
  freed(): void {
    this.#isFreed = true
  }

  /** Whether it is worth looking again: something may have moved, and little waits or nobody has looked for a while. */
  mayMove(clockOf: (client: number) => number, now: Millis): boolean {
    if (this.#held.length === 0) return false
    if (this.bytes > LOOKED_AT_EVERY_TIME && now - this.#lastLooked < LOOK_EVERY_MS) return false
    return this.#isFreed || this.#held.some((message) => hasMoved(message, clockOf))
  }

  #remove(message: HeldMessage): void {
    this.#held = this.#held.filter((held) => held !== message)
    this.bytes -= message.update.length
    this.strikes -= message.strikes
  }
}

function hasMoved({ missing, blockers }: HeldMessage, clockOf: (client: number) => number): boolean {
  // What an own message lacks is not noted; anything may have brought it.
  return missing === "structs" || blockers.some(({ client, clock }) => clockOf(client) > clock)
}

// Others' typing must not make the room read a megabyte again for each key.
const LOOKED_AT_EVERY_TIME = 2048
const LOOK_EVERY_MS = 1000
