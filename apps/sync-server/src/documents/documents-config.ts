import type { Millis } from "@ligature/protocol"
import { type Command, Option } from "commander"
import { readDuration } from "../auth/auth-config.ts"

/** What is done with documents, every value checked. */
export interface DocumentsConfig {
  /** How long a deleted document stays in the trash. */
  readonly trashMs: Millis
}

/** The same values as people write them. */
export interface DocumentsInput {
  readonly keepDeleted?: string | undefined
}

const DEFAULT = { keepDeleted: "30d" } as const

/** @throws {ConfigError} naming the value and what would be right */
export function readDocumentsConfig(input: DocumentsInput): DocumentsConfig {
  return { trashMs: readDuration("keep-deleted", input.keepDeleted ?? DEFAULT.keepDeleted) }
}

export function addDocumentsOptions(command: Command): void {
  command.addOption(
    new Option("--keep-deleted <time>", "how long a deleted document can be had back, as in 12h, 30d")
      .env("LIGATURE_KEEP_DELETED")
      .default(DEFAULT.keepDeleted),
  )
}
