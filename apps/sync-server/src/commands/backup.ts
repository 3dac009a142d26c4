import { writeBackupFile } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

/** `ligature backup FILE`: everything in a data folder in one file. 1 when what was backed up was damaged in part. */
export function backup({ data, file }: { data: string; file: string }, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const written = await writeBackupFile(data, file, Date.now(), terminal.onProgress)
    const size = readableBytes(written.bytes)
    terminal.print(`Backed up ${counted(written.documents, "document")} from ${data} to ${file} (${size}).\n`)
    if (written.damaged.length === 0) return 0
    const names = written.damaged.map((document) =>
      document === "" ? "the store's own values" : JSON.stringify(document),
    )
    terminal.complain(`These are damaged, and so they are in the backup: ${names.join(", ")}. Keep older backups.\n`)
    return 1
  })
}
