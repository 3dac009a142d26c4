import { restoreBackup } from "@ligature/store-level"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, type Terminal } from "./terminal.ts"

/** `ligature restore FILE`: a new data folder from a backup. 1 when values in it had been damaged before the backup was made. */
export function restore({ data, file }: { data: string; file: string }, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, async () => {
    const restored = await restoreBackup(file, data, Date.now(), terminal.onProgress)
    const made = new Date(restored.time).toISOString()
    terminal.print(`Restored ${counted(restored.documents, "document")} of ${made} from ${file} into ${data}.\n`)
    if (restored.damagedValues === 0) return 0
    terminal.complain(
      `${counted(restored.damagedValues, "value")} had been damaged before the backup was made; ligature check names the documents.\n`,
    )
    return 1
  })
}
