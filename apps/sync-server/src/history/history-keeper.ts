import type { Cancel, Clock, Millis } from "@ligature/protocol"
import { StoreError } from "@ligature/store"
import type { LevelStore } from "@ligature/store-level"
import type { ServerLog } from "../server-log.ts"

/** Lets go of history that is older than the host wants to keep, a document at a time, day by day. */
export interface HistoryKeeper {
  /** Waits for the document it is busy with, and begins no other. */
  close(): Promise<void>
}

/** After a start: people come first. */
export const FIRST_LOOK_MS: Millis = 10 * 60 * 1000
export const LOOK_EVERY_MS: Millis = 24 * 60 * 60 * 1000

/** @param o.store knows how long history is kept */
export function keepHistory(o: {
  readonly store: Pick<LevelStore, "list" | "forgetHistory">
  readonly clock: Clock
  readonly log: ServerLog
}): HistoryKeeper {
  const { store, clock, log } = o
  let isClosed = false
  let looking: Promise<void> = Promise.resolve()
  let cancel: Cancel = clock.after(FIRST_LOOK_MS, look)

  function look(): void {
    cancel = clock.after(LOOK_EVERY_MS, look)
    // After the one from yesterday, should that not be through.
    looking = looking.then(forgetAll).catch((error: unknown) => {
      if (!isClosed) log.warn({ err: error }, "old history could not be looked for; it is tried again tomorrow")
    })
  }

  async function forgetAll(): Promise<void> {
    let documents = 0
    for await (const { document, state } of store.list()) {
      if (isClosed) return
      if (state === "live" && (await forget(document))) documents += 1
    }
    if (documents > 0) log.info({ documents }, "history older than --history was let go")
  }

  /** One that cannot be read or merged keeps what it has, and does not keep back the others. */
  async function forget(document: string): Promise<boolean> {
    try {
      return await store.forgetHistory(document)
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      const isNews = !isClosed && error.code !== "DOCUMENT_REMOVED"
      if (isNews) log.warn({ err: error }, "a document's old history could not be let go; it is tried again tomorrow")
      return false
    }
  }

  return {
    async close() {
      isClosed = true
      cancel()
      await looking
    },
  }
}
