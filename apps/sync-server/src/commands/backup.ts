import type { IncomingMessage } from "node:http"
import { receiveBackup, writeBackupFile } from "@ligature/store-level"
import { RESULT_TRAILER } from "../operations/control-routes.ts"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { askRunningServer, ControlError } from "./running-server.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

interface BackupInput {
  readonly data: string
  readonly file: string
}

interface Written {
  readonly documents: number
  readonly bytes: number
  /** Documents, "" for the store's own values. */
  readonly damaged: readonly string[]
}

/**
 * `ligature backup FILE`: everything in a data folder in one file, of a running server as it is at one moment. 1 when what was backed up
 * was damaged in part.
 */
export function backup(input: BackupInput, terminal: Terminal): Promise<ExitCode> {
  const { data, file } = input
  return runDataCommand(terminal, async () => {
    const written = (await backupOfRunning(input, terminal)) ?? (await backupAtRest(input, terminal))
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

function backupAtRest({ data, file }: BackupInput, terminal: Terminal): Promise<Written> {
  return writeBackupFile(data, file, Date.now(), terminal.onProgress)
}

/** The server holds one moment still and sends it; what arrives is read again from disk before the file gets its name. */
async function backupOfRunning({ data, file }: BackupInput, terminal: Terminal): Promise<Written | null> {
  let response: IncomingMessage | null = null
  try {
    const { documents, bytes } = await receiveBackup(
      file,
      async () => {
        response = await askRunningServer(data, "POST /backup")
        if (response === null) throw new NobodyThere()
        return response
      },
      terminal.onProgress,
    )
    return { documents, bytes, damaged: damagedIn(response) }
  } catch (error) {
    if (error instanceof NobodyThere) return null
    if (!(error instanceof Error && "code" in error && error.code === "ECONNRESET")) throw error
    const message = `The server went away while it sent the backup, and ${file} was not made; try again.`
    throw new ControlError("SERVER_WENT_AWAY", message, { cause: error })
  }
}

class NobodyThere extends Error {}

function damagedIn(response: IncomingMessage | null): readonly string[] {
  const result: unknown = JSON.parse(decodeURIComponent(response?.trailers[RESULT_TRAILER] ?? "{}"))
  const damaged = typeof result === "object" && result !== null && "damaged" in result ? result.damaged : []
  return Array.isArray(damaged) ? damaged.map(String) : []
}
