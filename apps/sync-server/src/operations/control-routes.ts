import { once } from "node:events"
import type { ServerResponse } from "node:http"
import type { LevelStore } from "@ligature/store-level"
import type { ControlRoutes } from "./control-socket.ts"

/** What a running server does for the commands of `ligature`. */
export function controlRoutes(store: LevelStore): ControlRoutes {
  return {
    "POST /backup": async ({ signal }, response) => {
      response.writeHead(200, { "content-type": "application/octet-stream", trailer: RESULT_TRAILER })
      const written = await store.writeBackup((bytes) => send(response, bytes, signal), Date.now())
      const result = { ...written, damaged: written.damaged.slice(0, NAMED) }
      response.addTrailers({ [RESULT_TRAILER]: encodeURIComponent(JSON.stringify(result)) })
      response.end()
    },
  }
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
