import { pino, type Logger } from "pino"
import type { LogLevel } from "./config.ts"

/** The few levels the server uses. A pino logger fits, and so does `console` with a little wrapping. */
export type ServerLog = Pick<Logger, "debug" | "info" | "warn" | "error">

/**
 * One JSON object a line on stderr; stdout is left to the one line that says where the server is. No document content, no tokens.
 * Through the stream that the last words go through too: pino's own writer retries later when a pipe is full, and would come after them.
 */
export function stderrLog(level: LogLevel): ServerLog {
  return pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, process.stderr)
}

export const silentLog: ServerLog = pino({ level: "silent" })
