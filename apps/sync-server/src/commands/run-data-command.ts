import { StoreError } from "@ligature/store"
import { BackupError } from "@ligature/store-level"
import { ControlError } from "./running-server.ts"
import type { Terminal } from "./terminal.ts"

/** For scripts: fine, damage found or not everything done, asked for what cannot be. */
export type ExitCode = 0 | 1 | 2

/** Runs a command; a failure that a person can put right becomes one sentence on stderr and an exit code. */
export async function runDataCommand(terminal: Terminal, run: () => Promise<ExitCode>): Promise<ExitCode> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof ControlError) {
      terminal.complain(`${error.message}\n`)
      return 1
    }
    if (!(error instanceof StoreError) && !(error instanceof BackupError)) throw error
    terminal.complain(`${error.message}\n`)
    return isDamage(error) || error.code === "TARGET_UNWRITABLE" ? 1 : 2
  }
}

/** What is read is not what was written. Everything else is where, or when, somebody asked. */
function isDamage(error: StoreError | BackupError): boolean {
  return error.code === "STORE_DAMAGED" || error.code === "BACKUP_DAMAGED"
}
