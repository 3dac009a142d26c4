import { isBlobKey } from "./blobs-in-backup.ts"
import { KEY_LETTER, MARKER_KEY, TOTALS_KEY } from "./keys.ts"
import { Damage, unseal, type ValueKind } from "./sealed-value.ts"

/** The payload under any key of a store or a backup. Throws Damage, also for a key of no known kind. */
export function unsealAny(key: Uint8Array, value: Uint8Array): Uint8Array {
  return unseal(kindOf(key), key, value)
}

function kindOf(key: Uint8Array): ValueKind {
  if (Buffer.compare(key, MARKER_KEY) === 0) return "marker"
  if (Buffer.compare(key, TOTALS_KEY) === 0) return "totals"
  if (isBlobKey(key)) return "blob"
  const letter = String.fromCharCode(key[0] ?? 0)
  const kind = KINDS.find((known) => KEY_LETTER[known] === letter)
  if (kind === undefined || !key.includes(0)) throw new Damage("a key is of no known kind")
  return kind
}

const KINDS = ["archive", "checkpoint", "row", "quarantine", "record", "summary", "trash"] as const
