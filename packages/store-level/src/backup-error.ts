/** A backup, restore or export that cannot be made. The message is a sentence that names the file or folder and what to do. */
export class BackupError extends Error {
  readonly code: BackupErrorCode

  constructor(code: BackupErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "BackupError"
    this.code = code
  }
}

export type BackupErrorCode =
  /** The file is not a backup, was cut short, or is not what was written. */
  | "BACKUP_DAMAGED"
  /** A newer version wrote the file. */
  | "BACKUP_NEWER_FORMAT"
  /** The file to read does not exist or cannot be read. */
  | "BACKUP_UNREADABLE"
  /** What should be written is there already. */
  | "TARGET_EXISTS"
  /** The file or folder to write cannot be written. */
  | "TARGET_UNWRITABLE"
  /** A named document is not there, or was removed. */
  | "NO_SUCH_DOCUMENT"
