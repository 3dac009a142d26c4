import { StoreError } from "@ligature/store"
import { Problem } from "./problem.ts"

/**
 * What the store says, as a problem for whoever asked; for `catch`. Whatever else it is goes on.
 * @throws {Problem}
 */
export function asProblem(error: unknown): never {
  if (!(error instanceof StoreError)) throw error
  switch (error.code) {
    case "DOCUMENT_REMOVED":
      throw new Problem(410, "document-removed", "This document was deleted.", { cause: error })
    case "STORE_QUARANTINED":
    case "STORE_DAMAGED":
      throw new Problem(409, "document-damaged", "Records of this document are damaged; see `ligature check`.", {
        cause: error,
      })
    case "HISTORY_FAILED":
      throw new Problem(422, "history-failed", error.message, { cause: error })
    default:
      throw new Problem(503, "store-unavailable", "The store cannot be read at the moment; try again in a while.", {
        cause: error,
        headers: { "retry-after": "10" },
      })
  }
}
