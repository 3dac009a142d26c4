import type { Cancel, Clock } from "@ligature/protocol"
import * as Y from "yjs"
import { nextFrame } from "./next-frame.ts"
import { report } from "./notify.ts"

/** What the server is being told at this moment may wait here for so long: the other tabs hear it from the server anyway. */
const GATHERING_MS = 200

/** What tabs of one browser tell each other about a document that they keep in the same place. */
type TabMessage =
  /** This is new, or news to you. `whole`: with it you have all that I have, and I have the document. */
  | { readonly type: "change"; readonly update: Uint8Array; readonly ids: readonly string[]; readonly whole: boolean }
  /** I had a receipt for these changes. */
  | { readonly type: "saved"; readonly ids: readonly string[] }
  /** I have just opened the document, and this is what I have of it. The others answer with a "change" of what is missing. */
  | { readonly type: "opened"; readonly stateVector: Uint8Array }
  /** I have the document now. Who has not may ask. */
  | { readonly type: "loaded" }

export interface TabEvents {
  /** Updates of other tabs, those of one animation frame at once, and the ids of the changes in them that await a receipt. */
  changed(updates: readonly Uint8Array[], ids: readonly string[]): void
  /** What was given so far is the whole document, as another tab has it. */
  complete(): void
  saved(ids: readonly string[]): void
  /** Another tab opened the document with what `stateVector` says. */
  opened(stateVector: Uint8Array): void
  /** Another tab has loaded the document. */
  loaded(): void
  /** Nobody else has what is given now: the other tabs are to hear of it at once. */
  isAlone(): boolean
}

/**
 * The channel of the tabs that have one document open. It carries updates only, no presence: presence goes through the server, or
 * one tab's leaving would clear everybody's. Where there is no BroadcastChannel the tabs meet through the server alone.
 */
export class TabChannel {
  /** Null where there is none, and once it is closed. */
  #channel: BroadcastChannel | null
  readonly #clock: Clock
  readonly #on: TabEvents
  /** What this tab made and has not told yet. */
  #untold: { readonly updates: Uint8Array[]; ids: readonly string[] } = { updates: [], ids: [] }
  #cancelTelling: Cancel | null = null
  /** What others told and this tab has not handed on yet. */
  #updates: Uint8Array[] = []
  #ids: string[] = []
  #whole = false
  #cancel: Cancel | null = null

  constructor(name: string, clock: Clock, on: TabEvents) {
    this.#clock = clock
    this.#on = on
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)
    this.#channel?.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data))
    // In Node a channel keeps the process alive, and a test or a script should end.
    if (this.#channel !== null && "unref" in this.#channel && typeof this.#channel.unref === "function") {
      this.#channel.unref()
    }
  }

  changed(update: Uint8Array, ids: readonly string[]): void {
    if (this.#channel === null) return
    this.#untold.updates.push(update)
    this.#untold.ids = [...this.#untold.ids, ...ids]
    if (this.#on.isAlone()) this.hurry()
    else this.#cancelTelling ??= this.#clock.after(GATHERING_MS, () => this.hurry())
  }

  /** Tells what waits, now. */
  hurry(): void {
    this.#cancelTelling?.()
    this.#cancelTelling = null
    const { updates, ids } = this.#untold
    const [update] = updates
    if (update === undefined) return
    this.#untold = { updates: [], ids: [] }
    this.#post({ type: "change", update: updates.length === 1 ? update : Y.mergeUpdates(updates), ids, whole: false })
  }

  /** Answers a tab that has just opened the document. */
  answer(update: Uint8Array, ids: readonly string[], whole: boolean): void {
    // With the answer they hear of these changes: then they have to hear of their receipts, too.
    this.hurry()
    this.#post({ type: "change", update, ids, whole })
  }

  saved(ids: readonly string[]): void {
    // Nobody there has heard that those lack a receipt which are still to be told.
    const known = ids.filter((id) => !this.#untold.ids.includes(id))
    this.#untold.ids = this.#untold.ids.filter((id) => !ids.includes(id))
    if (known.length > 0) this.#post({ type: "saved", ids: known })
  }

  opened(stateVector: Uint8Array): void {
    this.#post({ type: "opened", stateVector })
  }

  loaded(): void {
    this.#post({ type: "loaded" })
  }

  close(): void {
    this.hurry()
    this.#cancel?.()
    this.#channel?.close()
    this.#channel = null
  }

  #post(message: TabMessage): void {
    try {
      this.#channel?.postMessage(message)
    } catch (error) {
      // Too large, or no memory: the tabs meet through the server. A listener of the document must go on.
      report(error)
    }
  }

  #receive(data: unknown): void {
    const message = tabMessage(data)
    switch (message?.type) {
      case "change":
        this.#updates.push(message.update)
        this.#ids.push(...message.ids)
        this.#whole ||= message.whole
        this.#cancel ??= nextFrame(this.#clock, () => this.#hand())
        break
      case "saved":
        // It may be about changes that still wait here.
        this.#hand()
        this.#on.saved(message.ids)
        break
      case "opened":
        this.#on.opened(message.stateVector)
        break
      case "loaded":
        this.#on.loaded()
        break
      case undefined:
        break
    }
  }

  #hand(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#updates.length === 0) return
    const updates = this.#updates
    const ids = this.#ids
    this.#updates = []
    this.#ids = []
    this.#on.changed(updates, ids)
    if (this.#whole) this.#on.complete()
    this.#whole = false
  }
}

/** Another tab may run another version of this program: what is not understood is passed over. */
function tabMessage(data: unknown): TabMessage | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null
  const ids = "ids" in data && areTexts(data.ids) ? data.ids : null
  const update = "update" in data && data.update instanceof Uint8Array ? data.update : null
  const stateVector = "stateVector" in data && data.stateVector instanceof Uint8Array ? data.stateVector : null
  if (data.type === "change" && update !== null && ids !== null) {
    return { type: "change", update, ids, whole: "whole" in data && data.whole === true }
  }
  if (data.type === "saved" && ids !== null) return { type: "saved", ids }
  if (data.type === "opened" && stateVector !== null) return { type: "opened", stateVector }
  if (data.type === "loaded") return { type: "loaded" }
  return null
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string")
}
