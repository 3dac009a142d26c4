import type { DocumentStore } from "@ligature/store"

/** Whether the server should be given new visitors. */
export type Readiness = { readonly state: "ready" } | { readonly state: "draining" | "store-failing" }

/** @param isDraining true from the moment the server was told to stop */
export function readinessOf(store: DocumentStore, isDraining: () => boolean): Readiness {
  if (isDraining()) return { state: "draining" }
  return store.health.state === "ok" ? { state: "ready" } : { state: "store-failing" }
}
