import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { ServerLog } from "../server-log.ts"
import type { CookieSessions } from "./cookie-sessions.ts"

/** The sessions of an orderly stop, in the data folder until the next start. */
export interface SessionsFile {
  /** Takes in what the last stop left, and deletes it first: no crash may bring back a session that has ended since. Never rejects. */
  restore(sessions: CookieSessions): Promise<void>
  /** Never rejects: at worst people sign in again. */
  save(sessions: CookieSessions): Promise<void>
}

export function openSessionsFile(data: string, log: ServerLog): SessionsFile {
  const file = join(data, "sessions.json")
  return {
    async restore(sessions) {
      try {
        const text = await readFile(file, "utf8")
        await rm(file)
        sessions.restore(text)
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return
        log.warn({ err: error }, "sessions could not be taken over; people sign in again")
      }
    },
    async save(sessions) {
      const text = sessions.save()
      if (text === "[]") return
      try {
        await writeFile(file, text, { mode: 0o600 })
      } catch (error) {
        log.warn({ err: error }, "sessions could not be kept; people sign in again")
      }
    },
  }
}
