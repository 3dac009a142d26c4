import { once } from "node:events"
import type { ServerResponse } from "node:http"
import { StoreError } from "@ligature/store"
import type { LevelStore } from "@ligature/store-level"
import type { AuditEntry } from "./audit-log.ts"
import type { ControlRoutes } from "./control-socket.ts"

/** What a running server does for the commands of `ligature`. */
export function controlRoutes(o: {
  readonly store: LevelStore
  /** Sends everybody who is in a document back to its door. */
  readonly reopen: (document: string) => void
  readonly audit: (entry: AuditEntry) => void
}): ControlRoutes {
  const { store } = o
  const note = (action: string, document: string | null, result: string): void =>
    o.audit({ who: "the command line", document, action, address: null, result })
  return {
    "POST /backup": async ({ signal }, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream", trailer: RESULT_TRAILER })
      const written = await store.writeBackup((bytes) => send(response, bytes, signal), Date.now())
      const result = { ...written, damaged: written.damaged.slice(0, NAMED) }
      response.addTrailers({ [RESULT_TRAILER]: encodeURIComponent(JSON.stringify(result)) })
      response.end()
      note("backup", null, `${written.documents} documents`)
    },
    "GET /quarantine": async () => [...store.quarantined],
    "POST /quarantine/release": async ({ parameters }) => {
      const document = parameters.get("document") ?? ""
      const released = await store.release(document, { withLoss: parameters.has("with-loss"), now: Date.now() })
      if (released !== null) o.reopen(document)
      note("release", document, released ?? "not in quarantine")
      return { released }
    },
    "POST /compact": async ({ parameters, signal }) => {
      const asked = parameters.getAll("document")
      const failures: { document: string; reason: string }[] = []
      let compacted = 0
      let documents = 0
      for await (const document of asked.length > 0 ? asked : liveDocuments(store)) {
        signal.throwIfAborted()
        documents += 1
        try {
          if (await store.compact(document)) compacted += 1
        } catch (error) {
          if (!(error instanceof StoreError)) throw error
          failures.push({ document, reason: error.message })
        }
      }
      return { documents, compacted, failures }
    },
  }
}

async function* liveDocuments(store: LevelStore): AsyncGenerator<string> {
  for await (const { document, state } of store.list()) if (state === "live") yield document
}

/** Damaged documents that a trailer names: it has to stay a few kilobytes. */
const NAMED = 20

/** What became of a backup stands behind its bytes, percent-encoded JSON: `WrittenBackup`. */
export const RESULT_TRAILER = "ligature-result"

/** Waits for a slow reader: a backup is never held in memory. */
async function send(response: ServerResponse, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  if (!response.write(bytes)) await once(response, "drain", { signal })
}
