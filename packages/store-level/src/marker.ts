import { randomUUID } from "node:crypto"
import { StoreError } from "@ligature/store"
import { type Database, entriesOf } from "./database.ts"
import { MARKER_KEY, TOTALS_KEY } from "./keys.ts"
import { emptyTotals, type Marker, sealMarker, sealTotals, unsealMarker } from "./payloads.ts"
import { VALUE_MAGIC } from "./sealed-value.ts"

/** Raised when keys or values change their meaning; an older one is then migrated forward, a newer one refused. */
export const FORMAT_VERSION = 1

/** The marker of the store in `path`, written now if the database is empty. Throws StoreError if it is not a store of ours. */
export async function readOrWriteMarker(database: Database, path: string): Promise<Marker> {
  const value = await database.get(MARKER_KEY)
  if (value !== undefined) return checked(value, path)
  for await (const [, value] of entriesOf(database, { gte: new Uint8Array(), lt: Uint8Array.of(255) })) {
    const isOurs = Buffer.from(value.subarray(0, VALUE_MAGIC.length)).toString("latin1") === VALUE_MAGIC
    throw isOurs ? damagedMarker(path) : foreign(path)
  }
  const marker = { id: randomUUID(), format: FORMAT_VERSION }
  await database.write([
    { type: "put", key: MARKER_KEY, value: sealMarker(MARKER_KEY, marker) },
    { type: "put", key: TOTALS_KEY, value: sealTotals(TOTALS_KEY, emptyTotals()) },
  ])
  return marker
}

function checked(value: Uint8Array, path: string): Marker {
  const marker = unsealed(value, path)
  if (marker.format > FORMAT_VERSION) {
    const message = `The data folder ${path} has the format ${marker.format} of a newer version (this one knows ${FORMAT_VERSION}); install that version, or choose another folder.`
    throw new StoreError("STORE_NEWER_FORMAT", message)
  }
  return marker
}

function unsealed(value: Uint8Array, path: string): Marker {
  try {
    return unsealMarker(MARKER_KEY, value)
  } catch (cause) {
    throw damagedMarker(path, cause)
  }
}

function damagedMarker(path: string, cause?: unknown): StoreError {
  const message = `The marker of the data folder ${path} is damaged; run "ligature check" on it, or restore a backup.`
  return new StoreError("STORE_DAMAGED", message, { cause })
}

function foreign(path: string): StoreError {
  const message = `The folder ${path} holds a LevelDB database that is no document store; choose another folder.`
  return new StoreError("STORE_FOREIGN_FOLDER", message)
}
