import { exportUpdates } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

export interface ExportInput {
  readonly data: string
  readonly out: string
  /** All when empty. */
  readonly documents: readonly string[]
}

/** `ligature export`: each document as a Yjs update in a file of its own. 1 when a document was damaged. */
export function exportDocuments({ data, out, documents }: ExportInput, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const exported = await exportUpdates(data, out, documents, terminal.onProgress)
    let bytes = 0
    let damaged = 0
    for (const one of exported) {
      if ("error" in one) {
        damaged += 1
        terminal.complain(`Document ${JSON.stringify(one.document)} is damaged and was left out: ${one.error}.\n`)
      } else bytes += one.bytes
    }
    terminal.print(
      `Exported ${counted(exported.length - damaged, "document")} (${readableBytes(bytes)}) from ${data} to ${out}; index.json lists them.\n`,
    )
    return damaged === 0 ? 0 : 1
  })
}
