import { CLOSE, type DocumentName } from "@ligature/protocol"
import type { RoomsObserver } from "@ligature/room"
import type { ServerLog } from "./server-log.ts"

/**
 * What rooms do, as log lines: which document and why, never what is in it. In open mode a document's name is its key, so
 * whole names stand only where somebody has to repair that document.
 */
export function logOfRooms(log: ServerLog): RoomsObserver {
  return {
    loadFailed: (document, error) => log.error({ document, err: error }, "a document could not be loaded"),
    salvaged: (document, error) =>
      log.error({ document, err: error }, "a document is damaged; what is left of it is shown read-only"),
    appendFailed: (document, error) => log.error({ document, err: error }, "a document's changes could not be stored"),
    fault: (document, session, error) =>
      log.error(
        { document: startOf(document), session: session.id, err: error },
        "a message met a fault of the server; its room opens again from disk",
      ),
    sessionClosed: (document, session, { code, detail }) =>
      log[code === CLOSE.restart ? "debug" : "info"](
        { document: startOf(document), session: session.id, code, detail },
        "a connection was closed",
      ),
    slowReaderTerminated: (document, session) =>
      log.info({ document: startOf(document), session: session.id }, "a reader that took nothing was cut off"),
  }
}

/** Enough of a document's name to follow it through a log, and too little to open it. */
export function startOf(document: DocumentName): string {
  return document.length > 6 ? `${document.slice(0, 6)}…` : document
}
