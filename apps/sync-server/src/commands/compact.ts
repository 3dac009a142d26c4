import { compactStore } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { askRunningServer, jsonOf } from "./running-server.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

export interface CompactInput {
  readonly data: string
  /** All when empty. */
  readonly documents: readonly string[]
}

/** `ligature compact`: merges logs into checkpoints. 1 when that failed for some document. */
export function compact({ data, documents }: CompactInput, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const query = new URLSearchParams(documents.map((document) => ["document", document])).toString()
    const asked = await askRunningServer(data, `POST /compact?${query}`)
    if (asked !== null) return reportOfRunning(await jsonOf(asked), data, terminal)
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

function reportOfRunning(body: unknown, data: string, terminal: Terminal): ExitCode {
  const report = typeof body === "object" && body !== null ? body : {}
  const failures = "failures" in report && Array.isArray(report.failures) ? report.failures : []
  const documents = "documents" in report ? Number(report.documents) : 0
  const compacted = "compacted" in report ? Number(report.compacted) : 0
  for (const failure of failures) {
    const reason: unknown = typeof failure === "object" && failure !== null && "reason" in failure ? failure.reason : ""
    terminal.complain(`${String(reason)}\n`)
  }
  terminal.print(`Compacted ${compacted} of ${counted(documents, "document")} in ${data}, which its server has open.\n`)
  return failures.length === 0 ? 0 : 1
}
