import type { DocumentStore } from "@ligature/store"

/** Whether the server should be given new visitors. */
export type Readiness = { readonly state: "ready" } | { readonly state: "draining" | "store-failing" | "loads-failing" }

export function readinessOf(
  store: DocumentStore,
  o: {
    /** The server was told to stop. */
    readonly isDraining: boolean
    /** Documents cannot be read, for a reason that is not theirs. */
    readonly loadsAreFailing: boolean
  },
): Readiness {
  if (o.isDraining) return { state: "draining" }
  if (store.health.state !== "ok") return { state: "store-failing" }
  return { state: o.loadsAreFailing ? "loads-failing" : "ready" }
}
