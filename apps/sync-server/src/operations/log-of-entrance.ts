import { startOf } from "../rooms-log.ts"
import type { ServerLog } from "../server-log.ts"
import type { EntranceObserver } from "./entrance-observer.ts"

/** Comings and goings as log lines, each with the id that every other line about the session has. */
export function logOfEntrance(log: ServerLog): EntranceObserver {
  return {
    entered: ({ session, document, access, address }) =>
      log.debug({ session: session.id, document: startOf(document), access, address }, "a session began"),
    refused: ({ code, address }) => log.info({ code, address }, "a connection was sent away"),
    left: (session) => log.debug({ session: session.id }, "a session ended"),
  }
}
