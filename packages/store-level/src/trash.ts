import type { Millis } from "@ligature/protocol"
import type { Operation } from "./commit-loop.ts"
import { type Database, entriesOf } from "./database.ts"
import { documentOf, rangeOfAll, trashKey } from "./keys.ts"
import { Damage, seal, unseal } from "./sealed-value.ts"

/** A document in the trash: all of it is there, and it can be neither read nor written until it is taken out again. */
export interface TrashedDocument {
  readonly document: string
  readonly trashed: Millis
  /** When it may be removed for good. */
  readonly purge: Millis
  /** Who did it, as the caller writes identities; null when nobody is known. */
  readonly by: string | null
}

export function trashOperation(trashed: TrashedDocument): Operation {
  const { document, ...note } = trashed
  return {
    document,
    bytes: 0,
    alone: false,
    onlyTidies: false,
    async apply(batch) {
      const key = trashKey(document)
      batch.put(key, seal("trash", key, Buffer.from(JSON.stringify(note))))
    },
  }
}

export function untrashOperation(document: string): Operation {
  return {
    document,
    bytes: 0,
    alone: false,
    onlyTidies: false,
    apply: async (batch) => batch.del(trashKey(document)),
  }
}

export async function readTrash(database: Database): Promise<Map<string, TrashedDocument>> {
  const trash = new Map<string, TrashedDocument>()
  for await (const [key, value] of entriesOf(database, rangeOfAll("trash"))) {
    const document = documentOf(key)
    trash.set(document, { document, ...noteIn(key, value) })
  }
  return trash
}

/** A damaged note says that it is in the trash all the same; it is never purged by itself. */
function noteIn(key: Uint8Array, value: Uint8Array): Omit<TrashedDocument, "document"> {
  try {
    const note: unknown = JSON.parse(Buffer.from(unseal("trash", key, value)).toString())
    if (typeof note === "object" && note !== null && "trashed" in note && "purge" in note) {
      const by = "by" in note && typeof note.by === "string" ? note.by : null
      return { trashed: Number(note.trashed), purge: Number(note.purge), by }
    }
  } catch (error) {
    if (!(error instanceof Damage || error instanceof SyntaxError)) throw error
  }
  return { trashed: 0, purge: Number.MAX_SAFE_INTEGER, by: null }
}
