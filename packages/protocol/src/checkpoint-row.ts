import { KnownState } from "./known-state.ts"
import { ByteReader } from "./update/byte-reader.ts"
import { UpdateWriter } from "./update/update-writer.ts"

/** The row in which what is known of a document's checkpoint is kept beside it: whoever opens the document need not parse it. */
export const CHECKPOINT_ROW = "checkpoint"

/** What is known of these chunks, which hold all updates up to `through`. Throws `ProtocolError` "MALFORMED_UPDATE" for chunks that are none. */
export function encodeCheckpointRow(through: number, chunks: readonly Uint8Array[]): Uint8Array {
  const known = new KnownState()
  for (const chunk of chunks) known.absorbStored(chunk)
  const state = known.encode()
  const writer = new UpdateWriter(state.length + 16)
  writer.uint(ROW_VERSION)
  writer.uint(through)
  writer.copy(state, 0, state.length)
  return writer.finish()
}

/** A row as it was stored: of which checkpoint it speaks, and what it knows. null for one of another version. */
export function readCheckpointRow(
  row: Uint8Array,
): { readonly through: number; readonly restoreTo: (known: KnownState) => void } | null {
  const reader = new ByteReader()
  reader.bytes = row
  if (reader.uint() !== ROW_VERSION) return null
  const through = reader.uint()
  const { at } = reader
  return { through, restoreTo: (known) => known.restore(row, at) }
}

const ROW_VERSION = 1
