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
  takeAll(): HeldMessage[] {
    const held = this.#held
    this.#held = []
    this.bytes = 0
    this.strikes = 0
    return held
  }

  /** Whether looking again may help: an owner in the way has moved on, or little enough waits to simply try. */
  mayMove(clockOf: (client: number) => number): boolean {
    return this.#held.some(({ missing, blockers }) => {
      if (missing === "structs") return this.bytes <= TRIED_EVERY_TIME
      return blockers.some(({ client, clock }) => clockOf(client) > clock)
    })
  }

  #remove(message: HeldMessage): void {
    this.#held = this.#held.filter((held) => held !== message)
    this.bytes -= message.update.length
    this.strikes -= message.strikes
  }
}

const TRIED_EVERY_TIME = 64 * 1024
