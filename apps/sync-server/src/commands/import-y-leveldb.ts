import { importYLevelDb } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

/** `ligature import-y-leveldb FOLDER`: what a y-websocket server kept. 1 when something was left out. */
export function importOldDocuments(
  { data, folder }: { data: string; folder: string },
  terminal: Terminal,
): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const { documents, updates, bytes, refused } = await importYLevelDb(folder, data, Date.now(), terminal.onProgress)
    for (const { document, update, reason } of refused) {
      const what = update === null ? "" : `, update ${update},`
      terminal.complain(`Document ${JSON.stringify(document)}${what} was left out: ${reason}.\n`)
    }
    terminal.print(
      `Imported ${counted(documents, "document")} (${counted(updates, "update")}, ${readableBytes(bytes)}) from ${folder} into ${data}.\n`,
    )
    return refused.length === 0 ? 0 : 1
  })
}
