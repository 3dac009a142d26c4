import { type Access, type AccessReason, mayWrite } from "@ligature/protocol"
import type { ReadOnlyState } from "./read-only.ts"

/** What the server lets us do: as it said on this connection or, until it has, as this device remembers it. */
export class AccessState {
  readonly #readOnly: ReadOnlyState
  #mayWrite = true
  /** The right to write was taken away while the document was open. */
  #wasTaken = false
  /** The server has said on this connection what access is. */
  #isTold = false
  #serverCannotStore = false

  constructor(readOnly: ReadOnlyState) {
    this.#readOnly = readOnly
  }

  get mayWrite(): boolean {
    return this.#mayWrite
  }

  /** The server takes what is written, but has nowhere to put it for now. */
  get serverCannotStore(): boolean {
    return this.#serverCannotStore
  }

  connected(): void {
    this.#isTold = false
    this.#serverCannotStore = false
  }

  /** What the server said the last time, from the local copy. */
  remembered(access: Access): void {
    if (!this.#isTold) this.#apply(access, "granted")
  }

  /** The first sync went well without a word about access. */
  synced(): void {
    if (!this.#isTold) this.#apply("write", "granted")
  }

  /** @returns whether this is worth remembering on this device */
  told(access: Access, reason: AccessReason): boolean {
    this.#isTold = true
    // The server still takes what is written, and stores it as soon as it can: nothing to lock.
    this.#serverCannotStore = reason === "store-unavailable"
    // With the right to write comes the server's question for what it refused before.
    if (!this.#serverCannotStore) this.#apply(access, reason)
    return !this.#serverCannotStore
  }

  #apply(access: Access, reason: AccessReason): void {
    const couldWrite = this.#mayWrite
    this.#mayWrite = mayWrite(access)
    // Until it is given back, whatever else the server says of it: people should know that it was theirs.
    this.#wasTaken = !this.#mayWrite && (this.#wasTaken || (couldWrite && reason === "rights-changed"))
    this.#readOnly.set("version-skew", !this.#mayWrite && reason === "version-skew")
    this.#readOnly.set("damaged", !this.#mayWrite && reason === "damaged")
    this.#readOnly.set("rights-changed", this.#wasTaken)
    this.#readOnly.set("access", !this.#mayWrite && reason !== "version-skew" && reason !== "damaged")
  }
}
