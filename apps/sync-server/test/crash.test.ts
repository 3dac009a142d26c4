import { randomInt } from "node:crypto"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { killWhileStarting, startLigature, type LigatureProcess } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { seededRandom } from "@ligature/testing"
import { temporaryFolder } from "./temporary-folder.ts"

const ROUNDS = Number(process.env["CRASH_ROUNDS"] ?? 20)
const SEED = Number(process.env["CRASH_SEED"] ?? randomInt(2 ** 31))
const WRITERS = 8
const DOCUMENTS = ["minutes", "recipes"] as const
/** Updates a writer has under way before it waits for receipts. */
const WINDOW = 8

type Words = Record<(typeof DOCUMENTS)[number], Set<string>>

test(
  `killed ${ROUNDS} times under ${WRITERS} writers, the server has every word it gave a receipt for or showed to anybody (CRASH_SEED=${SEED})`,
  { timeout: 60_000 + ROUNDS * 15_000 },
  async () => {
    await using folder = await temporaryFolder()
    const random = seededRandom(SEED)
    const owed: Words = { minutes: new Set(), recipes: new Set() }
    for (let round = 1; round <= ROUNDS; round += 1) {
      // Recovery from a crash may crash too.
      if (random.chance(0.25)) await killWhileStarting(folder.path, random.between(100, 800))
      await using server = await startLigature(folder.path)
      await expectAll(server, owed, round)
      await writeUntilKilled(server, owed, { round, afterEvents: random.integer(400) })
      expect((await server.ended).signal).toBe("SIGKILL")
    }
    await using server = await startLigature(folder.path)
    await expectAll(server, owed, ROUNDS + 1)
    expect(owed.minutes.size + owed.recipes.size).toBeGreaterThan(ROUNDS)
  },
)

/** Nobody else is connected yet: what a reader finds is what was on disk. */
async function expectAll(server: LigatureProcess, owed: Words, round: number): Promise<void> {
  const readings = DOCUMENTS.map(async (document) => {
    using reader = await new RawClient(`${server.sync}/${document}`).loaded()
    const found = new Set(wordsOf(reader.doc))
    const lost = [...owed[document]].filter((word) => !found.has(word))
    expect(lost, `words lost from ${document} before round ${round}`).toEqual([])
    expect(found.size, "words are there once").toBe(wordsOf(reader.doc).length)
    expect(reader.doc.store.pendingStructs, "nothing waits for what is missing").toBeNull()
  })
  await Promise.all(readings)
}

/** Everybody writes as fast as receipts come in; the server dies after so many receipts and updates. */
async function writeUntilKilled(
  server: LigatureProcess,
  owed: Words,
  o: { readonly round: number; readonly afterEvents: number },
): Promise<void> {
  let events = 0
  const writers = Array.from({ length: WRITERS }, (_, index) => {
    const document = DOCUMENTS[index % DOCUMENTS.length] ?? "minutes"
    const client = new RawClient(`${server.sync}/${document}`)
    /** The word in each counted message; the answer to the server's step 1 holds none. */
    const words: (string | undefined)[] = []
    let written = 0
    const known = new Set<string>()
    client.doc.getArray<string>("words").observe((event, transaction) => {
      if (transaction.local) return
      for (const word of event.changes.added) for (const text of word.content.getContent()) known.add(String(text))
    })
    const write = (): void => {
      while (client.isLoaded && client.sent.length - client.receipts < WINDOW) {
        const word = `${o.round}.${index}.${(written += 1)}`
        words[client.sent.length] = word
        client.doc.getArray<string>("words").push([word])
      }
    }
    let receipted = 0
    client.onFrame = ({ type }) => {
      if (type === "receipt" || type === "update" || type === "sync-step-2") events += 1
      for (; receipted < client.receipts; receipted += 1) {
        const word = words[receipted]
        if (word !== undefined) owed[document].add(word)
      }
      if (events >= o.afterEvents) server.kill("SIGKILL")
      else write()
    }
    return { client, document, known }
  })
  await Promise.all(writers.map(({ client }) => client.closed))
  for (const { client, document, known } of writers) {
    for (const word of known) owed[document].add(word)
    client[Symbol.dispose]()
  }
}

function wordsOf(doc: Y.Doc): string[] {
  return doc.getArray<string>("words").toArray()
}
