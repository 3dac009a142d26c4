import {
  CLOSE,
  diffUpdate,
  encodeDownstream,
  type Millis,
  refusalCloseCode,
  type UpdateVerdict,
} from "@ligature/protocol"
import { type HeldMessage, HeldMessages } from "./held-messages.ts"
import type { OpenDocument } from "./open-document.ts"
import { NEVER, ReceiptCount } from "./receipt-count.ts"
import type { RoomLimits } from "./room-limits.ts"
import type { RoomSession } from "./room-session.ts"

/**
 * What became of the updates that one session sent. Each step2 and update message has a place among the receipts; it is counted once
 * all that it brought is on disk, so the count stops before a message that waits or was refused for rights.
 */
export class IncomingUpdates {
  /** The ticket of the last update taken. */
  lastTicket = 0
  /** Bytes that were taken and are not on disk. */
  unstoredBytes = 0
  readonly #session: RoomSession
  readonly #document: OpenDocument
  readonly #limits: RoomLimits
  readonly #receipts = new ReceiptCount()
  /** Made when the first one has to wait: few ever do. */
  #held: HeldMessages | null = null
  /** Messages refused for rights. Its next step2 with rights holds all that was in them. */
  #refusedPlaces: number[] | null = null
  /** The client was asked for what a held message stands on, and has not answered. */
  #hasAsked = false

  constructor(session: RoomSession, document: OpenDocument, limits: RoomLimits) {
    this.#session = session
    this.#document = document
    this.#limits = limits
  }

  take(update: Uint8Array, kind: "step2" | "update"): void {
    if (this.#receipts.waiting >= this.#limits.unreceiptedMessages) {
      this.#session.close(CLOSE.slowDown, `${this.#receipts.waiting} messages wait for their receipt`)
      return
    }
    const verdict = this.#document.check(this.#session, update, kind)
    if (verdict.verdict === "refused") return this.#refuse(verdict)
    const place = this.#receipts.push(NEVER)
    if (verdict.verdict !== "nothing-new" && !this.#session.mayWrite) {
      this.#refusedPlaces ??= []
      this.#refusedPlaces.push(place)
      this.#session.deny()
    } else if (verdict.verdict === "accepted" && this.#document.known.bytes === 0 && !this.#session.mayCreate()) {
      this.#session.close(CLOSE.slowDown, "too many documents come into being from where it is")
      return
    } else {
      const isTheft = verdict.verdict === "gap" && verdict.missing === "foreign" && this.#document.isTheft
      this.#settle({ kind, update, places: [place], strikes: isTheft ? 1 : 0 }, verdict)
    }
    if (kind === "step2") this.#answeredBy(verdict)
    this.receipt()
  }

  /** Counts what is on disk by now, and says so if it is more. */
  receipt(): void {
    if (this.#receipts.advance(this.#document.commits.landed) && this.#session.speaksLigature) {
      this.#session.send(encodeDownstream({ type: "receipt", count: this.#receipts.count }))
    }
  }

  /** Something is known, or free, that was not: looks at what is held. False if nothing is held any more. */
  lookAgain(now: Millis, isFreed: boolean): boolean {
    const held = this.#held
    if (held === null) return false
    if (isFreed) held.freed()
    if (held.mayMove((client) => this.#document.known.clockOf(client), now)) this.#tryHeld(now)
    return !held.isEmpty
  }

  /** Does what a verdict says with a message that has its places already. True unless all of it still waits. */
  #settle(
    message: Pick<HeldMessage, "kind" | "update" | "places" | "strikes">,
    verdict: Exclude<UpdateVerdict, { verdict: "refused" }>,
  ): boolean {
    if (verdict.verdict === "nothing-new") {
      // What it repeats may still be on its way to the disk.
      this.#settlePlaces(message.places, this.#document.commits.submitted)
      return true
    }
    const { blockers } = this.#document
    if (verdict.verdict === "gap") {
      this.#hold({ ...message, missing: verdict.missing, blockers })
      return false
    }
    this.unstoredBytes += verdict.update.length
    this.lastTicket = this.#document.take(this.#session, verdict, message.kind)
    const rest = verdict.missing === null ? null : diffUpdate(message.update, this.#document.known.stateVector)
    if (rest === null) this.#settlePlaces(message.places, this.lastTicket)
    else this.#hold({ ...message, update: rest, strikes: 0, missing: verdict.missing ?? "structs", blockers })
    return true
  }

  #settlePlaces(places: readonly number[], ticket: number): void {
    for (const place of places) this.#receipts.settle(place, ticket)
  }

  #hold(message: HeldMessage): void {
    const held = (this.#held ??= new HeldMessages())
    held.add(message)
    this.#document.holds(this.#session)
    if (held.strikes >= this.#limits.foreignMessages) {
      this.#session.close(CLOSE.notAllowed, "it sends nothing but what belongs to others")
    } else if (held.bytes > this.#limits.heldBytes) {
      this.#session.close(CLOSE.slowDown, `${held.bytes} bytes wait for what they stand on`)
    } else if (message.kind === "update" && message.missing === "structs" && !this.#hasAsked) {
      this.#hasAsked = true
      this.#session.send(this.#document.step1())
    }
  }

  /** A step2 came, made after all that the client sent before: what was held or refused is in it, or known by now. */
  #answeredBy(verdict: UpdateVerdict): void {
    this.#hasAsked = false
    if (!this.#session.mayWrite) return
    const isWhole = verdict.verdict === "nothing-new" || (verdict.verdict === "accepted" && !verdict.incomplete)
    if (isWhole && this.#refusedPlaces !== null) {
      this.#settlePlaces(this.#refusedPlaces, this.#document.commits.submitted)
      this.#refusedPlaces = null
    }
    this.#tryHeld(this.#session.lastHeard)
    // What stands on others' structs that were cut out waits with them.
    if (this.#held === null || this.#held.awaitsOthers || !this.#held.awaitsStructs) return
    this.#session.close(CLOSE.malformed, "a gap stays open after the answer to what was asked for")
  }

  #tryHeld(now: Millis): void {
    const held = this.#held
    if (held === null || !this.#session.mayWrite) return
    // Messages of one connection come in order, so one pass does it; a second for what a step2 behind them freed.
    for (let pass = 0; pass < 2 && !held.isEmpty; pass++) {
      let hasMoved = false
      for (const message of held.takeAll(now)) {
        const verdict = this.#document.check(this.#session, message.update, message.kind)
        if (verdict.verdict === "refused") return this.#refuse(verdict)
        if (this.#settle(message, verdict)) hasMoved = true
      }
      if (!hasMoved) break
    }
    this.receipt()
  }

  #refuse({ reason, detail }: Extract<UpdateVerdict, { verdict: "refused" }>): void {
    this.#session.close(refusalCloseCode(reason), `${reason}: ${detail}`)
  }
}
