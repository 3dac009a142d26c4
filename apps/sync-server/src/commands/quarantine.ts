import { resolve } from "node:path"
import { StoreError } from "@ligature/store"
import { type LevelStore, openExistingStore } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { askRunningServer, jsonOf } from "./running-server.ts"
import { counted, type Terminal } from "./terminal.ts"

/** `ligature quarantine list`: the documents that were found damaged. 1 when there are any. */
export function listQuarantine({ data }: { data: string }, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const asked = await askRunningServer(data, "GET /quarantine")
    const found =
      asked === null ? await atRest(data, async (store) => [...store.quarantined]) : pairsIn(await jsonOf(asked))
    for (const [document, reason] of found) terminal.print(`${JSON.stringify(document)}: ${reason}\n`)
    terminal.print(`${counted(found.length, "document")} in quarantine.\n`)
    return found.length === 0 ? 0 : 1
  })
}

export interface ReleaseInput {
  readonly data: string
  readonly document: string
  readonly withLoss: boolean
}

/** `ligature quarantine release DOCUMENT`: 0 when it can be written in again, 1 when it stays, 2 when it is not in quarantine. */
export function releaseDocument({ data, document, withLoss }: ReleaseInput, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const query = new URLSearchParams({ document, ...(withLoss ? { "with-loss": "yes" } : {}) }).toString()
    const asked = await askRunningServer(data, `POST /quarantine/release?${query}`)
    const released =
      asked === null
        ? await atRest(data, (store) => store.release(document, { withLoss, now: Date.now() }))
        : releasedIn(await jsonOf(asked))
    switch (released) {
      case null:
        terminal.complain(`Document ${JSON.stringify(document)} is not in quarantine.\n`)
        return 2
      case "whole":
        terminal.print(`Document ${JSON.stringify(document)} is sound after all, and in use again.\n`)
        return 0
      default:
        terminal.print(
          `Document ${JSON.stringify(document)} is in use again, as what could be read of it. Clients that have the rest bring it.\n`,
        )
        return 0
    }
  })
}

async function atRest<T>(data: string, use: (store: LevelStore) => Promise<T>): Promise<T> {
  await using store = await openExistingStore(resolve(data), { compaction: false })
  return await use(store)
}

function pairsIn(body: unknown): readonly (readonly [string, string])[] {
  if (!Array.isArray(body))
    throw new StoreError("STORE_UNAVAILABLE", "The running server did not say what is in quarantine.")
  return body.map((pair: unknown) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : ["", ""]))
}

function releasedIn(body: unknown): "whole" | "with-loss" | null {
  const released = typeof body === "object" && body !== null && "released" in body ? body.released : null
  return released === "whole" || released === "with-loss" ? released : null
}
