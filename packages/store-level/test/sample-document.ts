import type { LevelStore } from "../src/index.ts"

/** Writes a checkpoint of two chunks, a log of three records, two rows and an archive segment. */
export async function write(store: LevelStore, document: string): Promise<void> {
  const updates = Array.from({ length: 5 }, (_, n) => ({ update: letters(document, n), time: n + 1, author: "ann" }))
  const rows = new Map([
    ["owner/1", Uint8Array.of(1, 2)],
    ["schema", Uint8Array.of(3)],
  ])
  // One by one, so that each has a value of its own.
  await store.append({ document, updates: updates.slice(0, 1), rows })
  for (const update of updates.slice(1)) await store.append({ document, updates: [update] })
  const chunks = [letters(document, 10), letters(document, 11)]
  await store.replacePrefix(document, { through: 2, chunks, archive: letters(document, 12) })
}

function letters(document: string, n: number): Uint8Array {
  return new TextEncoder().encode(`${document}/${n}/${"abcdefgh".repeat(8)}`)
}

/** Everything that can be read of a document, a line each. */
export async function contents(store: LevelStore, document: string): Promise<string[]> {
  const found: string[] = []
  for await (const { kind, sequence, update, time, author } of store.read(document)) {
    found.push(`${kind} ${sequence} ${new TextDecoder().decode(update)} ${time} ${author}`)
  }
  for (const [name, value] of await store.readRows(document)) found.push(`${name} ${value.join(" ")}`)
  return found
}
