import type { Millis } from "@ligature/protocol"

/**
 * Where the words of this browser are. `changes` counts what all its tabs made and no receipt covers yet; `way` is there when
 * messages go by long-polling, because something between here and the server lets no WebSocket through.
 */
export type Status =
  | { readonly state: "loading" }
  /** Everything this browser did is on the server's disk. */
  | { readonly state: "saved"; readonly way?: "polling" }
  | { readonly state: "saving"; readonly changes: number; readonly way?: "polling" }
  /** The first attempt to connect is under way, and there are changes that it will send. */
  | { readonly state: "connecting"; readonly changes: number }
  /** No connection. The changes are committed on this device. `next` is when the next attempt starts, null while one runs. */
  | { readonly state: "offline"; readonly changes: number; readonly since: Millis; readonly next: Millis | null }
  /** Neither the server nor this device has the changes; `reason` is a sentence for people. */
  | { readonly state: "not-kept"; readonly changes: number; readonly reason: string }
  /** The server will not take more, for good (44xx). `kept` says whether the changes are committed on this device. */
  | {
      readonly state: "closed"
      readonly code: number
      readonly sentence: string
      readonly changes: number
      readonly kept: boolean
    }

/** Whether this device keeps the document, and why not. `reason` is a sentence for people. */
export type LocalKeeping =
  | { readonly state: "opening" }
  | { readonly state: "kept" }
  | { readonly state: "failing"; readonly reason: string }
  | { readonly state: "absent"; readonly reason: string }

/** What the browser said when it was asked not to evict what it keeps for us; asked with the first change made here. */
export type StoragePersistence = "unasked" | "granted" | "refused" | "unavailable"
