import { type FileHandle, open, rename, stat } from "node:fs/promises"
import type { Cancel, Clock, Millis } from "@ligature/protocol"

/** One line of the audit log: who did what to which document, from where, and how it ended. */
export interface AuditEntry {
  /** As they proved it: the subject of a token; null for nobody known. */
  readonly who: string | null
  readonly document: string | null
  /** In one word: "open", "refuse", "restore-copy", "trash", … */
  readonly action: string
  readonly address: string | null
  readonly result: string
}

/**
 * Only ever appended to, JSON lines, in a file that only its owner can read. An entry is written and fsynced some milliseconds after its action,
 * with those that came meanwhile; no action waits for that, so that a full disk stops nobody. What cannot be written waits, is
 * reported, and is tried again each second; beyond 10,000 entries the oldest are given up, and a line says how many.
 */
export interface AuditLog {
  record(entry: AuditEntry): void
  /** Writes what waits, once. */
  close(): Promise<void>
}

export type AuditRotation =
  /** At midnight, UTC. */
  { readonly by: "day" } | { readonly by: "size"; readonly bytes: number }

export interface AuditLogOptions {
  /** The file that is written now; older ones lie beside it, their end time behind the name. */
  readonly file: string
  readonly rotation: AuditRotation
  readonly clock: Clock
  /** Writing began to fail, or goes on again (null). */
  readonly onTrouble: (trouble: Error | null) => void
  /** So many entries were given up. */
  readonly onLost: (entries: number) => void
}

/** @throws what opening the file fails with */
export async function openAuditLog(o: AuditLogOptions): Promise<AuditLog> {
  const log = new FileAuditLog(o)
  await log.open()
  return log
}

export const RETRY_MS: Millis = 1000
export const MOST_WAITING = 10_000

class FileAuditLog implements AuditLog {
  readonly #o: AuditLogOptions
  #handle: FileHandle | null = null
  /** Bytes of whole lines in the file. */
  #size = 0
  /** The day of the first line in it; null while it is empty. */
  #day: string | null = null
  #waiting: string[] = []
  #lost = 0
  #running: Promise<void> | null = null
  #retry: Cancel | null = null
  #hasTrouble = false

  constructor(o: AuditLogOptions) {
    this.#o = o
  }

  async open(): Promise<void> {
    await this.#opened()
  }

  record(entry: AuditEntry): void {
    const { who, document, action, address, result } = entry
    const time = new Date(this.#o.clock.now()).toISOString()
    this.#waiting.push(`${JSON.stringify({ time, who, document, action, address, result })}\n`)
    if (this.#waiting.length > MOST_WAITING) {
      this.#waiting.shift()
      this.#lost += 1
      this.#o.onLost(1)
    }
    if (this.#retry === null) this.#run()
  }

  async close(): Promise<void> {
    this.#retry?.()
    this.#retry = null
    await this.#running
    if (this.#waiting.length > 0) await this.#write().catch((error: unknown) => this.#trouble(error))
    if (this.#waiting.length > 0) this.#o.onLost(this.#waiting.length)
    await this.#handle?.close()
    this.#handle = null
  }

  #run(): void {
    this.#running ??= this.#writeAll()
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) await this.#write()
      if (this.#hasTrouble) this.#o.onTrouble(null)
      this.#hasTrouble = false
    } catch (error) {
      this.#trouble(error)
      this.#retry = this.#o.clock.after(RETRY_MS, () => {
        this.#retry = null
        this.#run()
      })
    } finally {
      this.#running = null
    }
  }

  async #write(): Promise<void> {
    await this.#rotateIfDue()
    const handle = this.#handle ?? (await this.#opened())
    const lines = this.#waiting.slice(0, LINES_PER_WRITE)
    const gap = this.#lost > 0 ? `${this.#gapLine()}\n` : ""
    this.#day ??= dayOf(this.#o.clock.now())
    const bytes = Buffer.from(gap + lines.join(""))
    try {
      await handle.writeFile(bytes)
      await handle.datasync()
    } catch (error) {
      // Half a line must not stay between whole ones. What the handle thinks of the file is trusted no more.
      await handle.truncate(this.#size).catch(() => {})
      await handle.close().catch(() => {})
      this.#handle = null
      throw error
    }
    this.#size += bytes.length
    this.#waiting.splice(0, lines.length)
    if (gap !== "") this.#lost = 0
  }

  async #opened(): Promise<FileHandle> {
    const handle = await open(this.#o.file, "a", 0o600)
    const { size, mtimeMs } = await handle.stat()
    this.#handle = handle
    this.#size = size
    this.#day = size === 0 ? null : dayOf(mtimeMs)
    return handle
  }

  #gapLine(): string {
    const time = new Date(this.#o.clock.now()).toISOString()
    const result = `${this.#lost} entries could not be written`
    return JSON.stringify({ time, who: null, document: null, action: "audit-gap", address: null, result })
  }

  async #rotateIfDue(): Promise<void> {
    const { file, rotation, clock } = this.#o
    if (this.#day === null) return
    const isDue = rotation.by === "size" ? this.#size >= rotation.bytes : this.#day !== dayOf(clock.now())
    if (!isDue) return
    await this.#handle?.close()
    this.#handle = null
    await rename(file, await freeName(`${file}.${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-")}`))
    this.#size = 0
    this.#day = null
  }

  #trouble(error: unknown): void {
    if (this.#hasTrouble) return
    this.#hasTrouble = true
    this.#o.onTrouble(error instanceof Error ? error : new Error(String(error)))
  }
}

const LINES_PER_WRITE = 1000

function dayOf(time: Millis): string {
  return new Date(time).toISOString().slice(0, 10)
}

/** A log that was rotated twice in a millisecond, or by hand, is not overwritten. */
async function freeName(name: string): Promise<string> {
  for (let n = 0; ; n++) {
    const candidate = n === 0 ? name : `${name}.${n}`
    const found = await stat(candidate).catch(() => null)
    if (found === null) return candidate
  }
}
