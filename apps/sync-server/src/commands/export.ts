import { exportUpdates, type ExportFormat } from "@ligature/store-level"
import { DOCUMENT_FORMATS, type DocumentFormat } from "../documents/document-job.ts"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

export interface ExportInput {
  readonly data: string
  readonly out: string
  /** All when empty. */
  readonly documents: readonly string[]
  /** One of DOCUMENT_FORMATS. */
  readonly format: string
}

/** `ligature export`: each document in a file of its own. 1 when a document was damaged or could not be written so. */
export function exportDocuments(input: ExportInput, terminal: Terminal): Promise<ExitCode> {
  const { data, out, documents } = input
  return runDataCommand(terminal, async () => {
    const format = DOCUMENT_FORMATS.find((known) => known === input.format)
    if (format === undefined) {
      terminal.complain(
        `--format must be one of ${DOCUMENT_FORMATS.join(", ")}, not ${JSON.stringify(input.format)}.\n`,
      )
      return 2
    }
    const exported = await exportUpdates(data, out, documents, terminal.onProgress, await formatOf(format))
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

const EXTENSIONS: Readonly<Record<DocumentFormat, string>> = {
  update: "yjs",
  markdown: "md",
  html: "html",
  text: "txt",
  json: "json",
}

async function formatOf(format: DocumentFormat): Promise<ExportFormat> {
  // Only for a text: it takes half a second to load all that a document can hold.
  const write = format === "update" ? null : (await import("../documents/do-document-job.ts")).doDocumentJob
  return {
    extension: EXTENSIONS[format],
    write(update) {
      if (write === null) return update
      try {
        return write({ task: "write", updates: [update], format }).bytes
      } catch (error) {
        return `it cannot be written as ${format} (${error instanceof Error ? error.message : String(error)})`
      }
    },
  }
}
