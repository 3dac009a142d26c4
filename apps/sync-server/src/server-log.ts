import { destination, pino, type Logger } from "pino"
import type { LogLevel } from "./config.ts"

/** The few levels the server uses. A pino logger fits, and so does `console` with a little wrapping. */
export type ServerLog = Pick<Logger, "debug" | "info" | "warn" | "error">

/** One JSON object a line on stderr; stdout is left to the one line that says where the server is. No document content, no tokens. */
export function stderrLog(level: LogLevel): ServerLog {
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination(2))
}

export const silentLog: ServerLog = pino({ level: "silent" })
