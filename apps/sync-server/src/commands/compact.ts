import { compactStore } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

export interface CompactInput {
  readonly data: string
  /** All when empty. */
  readonly documents: readonly string[]
}

/** `ligature compact`: merges logs into checkpoints. 1 when that failed for some document. */
export function compact({ data, documents }: CompactInput, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const { before, after, ...found } = await compactStore(data, documents, terminal.onProgress)
    for (const { reason } of found.failures) terminal.complain(`${reason}\n`)
    terminal.print(
      [
        `Compacted ${found.compacted} of ${counted(found.documents, "document")} in ${data}.`,
        `Documents: ${readableBytes(before.bytes)} in ${counted(before.records, "record")} before, ${readableBytes(after.bytes)} in ${counted(after.records, "record")} after.`,
        `Archives: ${readableBytes(before.archiveBytes)} before, ${readableBytes(after.archiveBytes)} after.\n`,
      ].join("\n"),
    )
    return found.failures.length === 0 ? 0 : 1
  })
}
