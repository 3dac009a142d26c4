import { CLOSE, type Clock, type Millis } from "@ligature/protocol"
import type { RoomsObserver } from "@ligature/room"
import { StoreError } from "@ligature/store"
import type { EntranceObserver } from "./entrance-observer.ts"

/** Loads that failed are no trouble any more when nobody has asked for so long. */
const FORGET_MS: Millis = 30_000

/** Notices when documents cannot be read, for a reason that is not theirs. */
export class LoadWatch {
  readonly #clock: Clock
  #failedAt: Millis | null = null
  readonly rooms: RoomsObserver = {
    roomOpened: () => {
      this.#failedAt = null
    },
    loadFailed: (_document, error) => {
      if (!isOfTheDocument(error)) this.#failedAt = this.#clock.now()
    },
  }

  /** What somebody may do is in the store, too. */
  readonly entrance: EntranceObserver = {
    refused: ({ code }) => {
      if (code === CLOSE.storeUnavailable) this.#failedAt = this.#clock.now()
    },
  }

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isFailing(): boolean {
    return this.#failedAt !== null && this.#clock.now() - this.#failedAt < FORGET_MS
  }
}

function isOfTheDocument(error: unknown): boolean {
  return error instanceof StoreError && error.documents.length > 0
}
