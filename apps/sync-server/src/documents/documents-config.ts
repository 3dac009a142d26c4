import type { Millis } from "@ligature/protocol"
import { type Command, Option } from "commander"
import { readDuration } from "../auth/auth-config.ts"
import { ConfigError } from "../config-error.ts"

/** What is done with documents, every value checked. */
export interface DocumentsConfig {
  /** How long a deleted document stays in the trash. */
  readonly trashMs: Millis
  /** How long deleted text can be had back; Infinity: for ever; 0: not at all, once the log is merged. */
  readonly historyMs: Millis
}

/** The same values as people write them. */
export interface DocumentsInput {
  readonly keepDeleted?: string | undefined
  readonly history?: string | undefined
}

/** As they stand in `--help`. */
export const DEFAULT_DOCUMENTS = { keepDeleted: "30d", history: "90d" } as const

/** @throws {ConfigError} naming the value and what would be right */
export function readDocumentsConfig(input: DocumentsInput): DocumentsConfig {
  return {
    trashMs: readDuration("keep-deleted", input.keepDeleted ?? DEFAULT_DOCUMENTS.keepDeleted),
    historyMs: readHistory(input.history ?? DEFAULT_DOCUMENTS.history),
  }
}

function readHistory(value: string): Millis {
  if (value === "forever") return Number.POSITIVE_INFINITY
  if (value === "none") return 0
  if (/^[1-9]\d{0,3}[dhm]$/.test(value)) return readDuration("history", value)
  throw new ConfigError(
    "BAD_CONFIG",
    `--history must be a time such as 90d, or "forever" or "none", not ${JSON.stringify(value)}.`,
  )
}

export function addDocumentsOptions(command: Command): void {
  command.addOption(
    new Option("--keep-deleted <time>", "how long a deleted document can be had back, as in 12h, 30d")
      .env("LIGATURE_KEEP_DELETED")
      .default(DEFAULT_DOCUMENTS.keepDeleted),
  )
  command.addOption(
    new Option(
      "--history <time>",
      "how long text that was deleted from a document can be had back from its restore points: a time such as 90d, forever, or none",
    )
      .env("LIGATURE_HISTORY")
      .default(DEFAULT_DOCUMENTS.history),
  )
}
