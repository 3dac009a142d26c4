import { BackupError } from "./backup-error.ts"
import type { OnProgress } from "./check-store.ts"
import { type BackupCheck, checkBackup } from "./read-backup.ts"
import { refuseExisting, writeWholeFile } from "./write-backup.ts"

/**
 * Writes a backup that somebody else makes, chunk by chunk, to a file, which appears under its name when it has proved whole and is fsynced.
 * Rejects with a BackupError: TARGET_EXISTS before the first chunk is asked for, TARGET_UNWRITABLE, BACKUP_DAMAGED when not all
 * of it came; and with what `chunks` fails with.
 */
export async function receiveBackup(
  file: string,
  chunks: () => Promise<AsyncIterable<Uint8Array>>,
  onProgress: OnProgress = () => {},
): Promise<BackupCheck> {
  await refuseExisting(file)
  return await writeWholeFile(file, async (sink, path) => {
    let bytes = 0
    for await (const chunk of await chunks()) {
      bytes += chunk.length
      await sink(chunk)
      onProgress({ step: "bytes", done: bytes, of: 0 })
    }
    try {
      return await checkBackup(path, onProgress)
    } catch (cause) {
      if (!(cause instanceof BackupError) || cause.code !== "BACKUP_DAMAGED") throw cause
      throw new BackupError("BACKUP_DAMAGED", `The backup did not arrive whole, and no file was made; try again.`, {
        cause,
      })
    }
  })
}
