import { type FileHandle, open } from "node:fs/promises"
import {
  BACKUP_MAGIC,
  BACKUP_VERSION,
  type BackupCounts,
  DIGEST_BYTES,
  encodeHeader,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  newDigest,
} from "./backup-file.ts"
import { BackupError } from "./backup-error.ts"
import type { OnProgress } from "./check-store.ts"
import type { Entry } from "./database.ts"
import { KEY_LETTER, MARKER_KEY } from "./keys.ts"
import { FORMAT_VERSION } from "./marker.ts"
import { type Marker, unsealMarker } from "./payloads.ts"
import { Damage } from "./sealed-value.ts"
import { unsealAny } from "./unseal-any.ts"

export interface BackupCheck extends BackupCounts {
  /** The store's name. */
  readonly id: string
  readonly bytes: number
  /** Values that were damaged already when the backup was made. */
  readonly damagedValues: number
}

/**
 * Reads a whole backup and compares everything that can be: layout, order, counts, the checksum. Rejects with a
 * BackupError: BACKUP_DAMAGED, BACKUP_NEWER_FORMAT, BACKUP_UNREADABLE.
 */
export async function checkBackup(file: string, onProgress: OnProgress = () => {}): Promise<BackupCheck> {
  let damagedValues = 0
  const { marker, counts, bytes } = await readBackup(
    file,
    async ([key, value]) => {
      if (!isSound(key, value)) damagedValues += 1
    },
    onProgress,
  )
  return { ...counts, id: marker.id, bytes, damagedValues }
}

export interface ReadBackup {
  readonly marker: Marker
  readonly counts: BackupCounts
  readonly bytes: number
  readonly digest: Buffer
}

/**
 * Gives the values one by one. Only when it resolves are they known to be those that were written: until then, nobody may
 * rely on them.
 */
export async function readBackup(
  file: string,
  onValue: (entry: Entry) => Promise<void>,
  onProgress: OnProgress = () => {},
): Promise<ReadBackup> {
  const handle = await openFile(file)
  try {
    return await readFrom(await BackupReader.of(handle), onValue, onProgress)
  } catch (error) {
    if (error instanceof Damage || error instanceof RangeError) {
      const message = `The backup ${file} cannot be used: ${error.message}. Use another one.`
      throw new BackupError("BACKUP_DAMAGED", message, { cause: error })
    }
    throw error instanceof BackupError || !isSystemError(error) ? error : unreadable(file, error)
  } finally {
    await handle.close()
  }
}

async function readFrom(
  reader: BackupReader,
  onValue: (entry: Entry) => Promise<void>,
  onProgress: OnProgress,
): Promise<ReadBackup> {
  const time = await readHeader(reader)
  let marker: Marker | null = null
  let last: Uint8Array = new Uint8Array()
  const counts = { time, values: 0, documents: 0 }
  for (;;) {
    const keyBytes = await reader.uint32()
    if (keyBytes === 0) break
    const valueBytes = await reader.uint32()
    if (keyBytes > MAX_KEY_BYTES || valueBytes > MAX_VALUE_BYTES) throw new Damage("a length in it is impossible")
    const key = await reader.take(keyBytes)
    const value = await reader.take(valueBytes)
    if (Buffer.compare(last, key) >= 0) throw new Damage("its keys are out of order")
    marker ??= readMarker(key, value)
    if (key[0] === SUMMARY) counts.documents += 1
    counts.values += 1
    last = key
    await onValue([key, value])
    if (counts.values % 1000 === 0) onProgress({ step: "bytes", done: reader.at, of: reader.size })
  }
  const values = await reader.uint64()
  const documents = await reader.uint64()
  if (values !== counts.values || documents !== counts.documents || marker === null)
    throw new Damage("its counts are wrong")
  const digest = await reader.finish()
  onProgress({ step: "bytes", done: reader.size, of: reader.size })
  return { marker, counts, bytes: reader.size, digest }
}

const SUMMARY = KEY_LETTER.summary.charCodeAt(0)

async function readHeader(reader: BackupReader): Promise<number> {
  if (reader.size < encodeHeader(0).length + DIGEST_BYTES) throw new Damage("it is too short")
  const magic = await reader.take(BACKUP_MAGIC.length)
  if (magic.toString("latin1") !== BACKUP_MAGIC) throw new Damage("it is no backup of Ligature")
  const version = await reader.uint32()
  if (version > BACKUP_VERSION) throw newer(`the layout ${version}`, BACKUP_VERSION)
  if (version !== BACKUP_VERSION) throw new Damage(`it has the layout ${version}`)
  return await reader.uint64()
}

function readMarker(key: Uint8Array, value: Uint8Array): Marker {
  if (Buffer.compare(key, MARKER_KEY) !== 0) throw new Damage("it does not begin with the marker of a store")
  const marker = unsealMarker(key, value)
  if (marker.format > FORMAT_VERSION) throw newer(`the format ${marker.format}`, FORMAT_VERSION)
  return marker
}

function newer(what: string, known: number): BackupError {
  const message = `The backup has ${what} of a newer version (this one knows ${known}); install that version.`
  return new BackupError("BACKUP_NEWER_FORMAT", message)
}

function isSound(key: Uint8Array, value: Uint8Array): boolean {
  try {
    unsealAny(key, value)
    return true
  } catch (error) {
    if (error instanceof Damage) return false
    throw error
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file, "r")
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

function unreadable(file: string, cause: unknown): BackupError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new BackupError("BACKUP_UNREADABLE", `The backup ${file} cannot be read (${reason}).`, { cause })
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error
}

/** Reads a file from front to back and hashes what it gives. Throws Damage at the end of the file. */
class BackupReader {
  readonly size: number
  /** Bytes given so far. */
  at = 0
  readonly #handle: FileHandle
  readonly #digest = newDigest()
  /** Read and not yet given. */
  #ahead: Buffer = Buffer.alloc(0)

  private constructor(handle: FileHandle, size: number) {
    this.#handle = handle
    this.size = size
  }

  static async of(handle: FileHandle): Promise<BackupReader> {
    const { size } = await handle.stat()
    return new BackupReader(handle, size)
  }

  /** Hashed, and the caller's to keep. */
  async take(count: number): Promise<Buffer> {
    if (this.at + count > this.size - DIGEST_BYTES) throw new Damage("it was cut short")
    const taken = await this.#take(count)
    this.#digest.update(taken)
    return taken
  }

  async uint32(): Promise<number> {
    const bytes = await this.take(4)
    return bytes.readUInt32BE()
  }

  async uint64(): Promise<number> {
    const bytes = await this.take(8)
    return Number(bytes.readBigUInt64BE())
  }

  /** Compares the checksum at the end of the file and gives it. */
  async finish(): Promise<Buffer> {
    if (this.at !== this.size - DIGEST_BYTES) throw new Damage("it has another end than it says")
    const expected = await this.#take(DIGEST_BYTES)
    const digest = this.#digest.digest()
    if (!digest.equals(expected)) throw new Damage("it fails its checksum")
    return digest
  }

  async #take(count: number): Promise<Buffer> {
    if (this.#ahead.length < count) await this.#readAhead(count - this.#ahead.length)
    const taken = this.#ahead.subarray(0, count)
    this.#ahead = this.#ahead.subarray(count)
    this.at += count
    return taken
  }

  async #readAhead(atLeast: number): Promise<void> {
    const parts = [this.#ahead]
    for (let missing = atLeast; missing > 0;) {
      const { buffer, bytesRead } = await this.#handle.read(Buffer.allocUnsafe(Math.max(missing, READ_BYTES)))
      if (bytesRead === 0) throw new Damage("it was cut short")
      parts.push(buffer.subarray(0, bytesRead))
      missing -= bytesRead
    }
    this.#ahead = Buffer.concat(parts)
  }
}

const READ_BYTES = 1024 * 1024
