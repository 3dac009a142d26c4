import { inflateRawSync } from "node:zlib"
import { seededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { decodeArchiveSegment, encodeArchiveSegment } from "../src/archive-segment.ts"
import { checkStore, type FoundDamage, type LevelStore, openLevelStore } from "../src/index.ts"
import { levelFolder } from "../src/level-database.ts"
import { rangeOf } from "../src/keys.ts"
import { letGo } from "../src/let-go.ts"
import type { RecordPayload } from "../src/payloads.ts"
import { stateAt } from "../src/state-at.ts"
import { unseal } from "../src/sealed-value.ts"
import { HeldClock } from "./held-clock.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const MINUTE = 60_000
const DAY = 86_400_000

/** A document with two writers who see each other's changes at once, over days that pass when the test says so. */
class Life {
  readonly folder: string
  readonly clock: HeldClock
  readonly retentionMs: number
  store: LevelStore
  readonly #docs = [new Y.Doc(), new Y.Doc()]
  /** What the document was after each change. */
  readonly moments: { time: number; content: string }[] = []

  constructor(o: { folder: string; clock: HeldClock; store: LevelStore; retentionMs: number }) {
    this.folder = o.folder
    this.clock = o.clock
    this.store = o.store
    this.retentionMs = o.retentionMs
    for (const [index, doc] of this.#docs.entries()) doc.clientID = index + 1
  }

  static async begin(retentionMs: number): Promise<Life> {
    const [folder, clock] = [await temporaryFolder(), new HeldClock()]
    const store = await openLevelStore(folder, { clock, retentionMs, compaction: false })
    return new Life({ folder, clock, store, retentionMs })
  }

  async write(change: (doc: Y.Doc) => void, writer = 0): Promise<void> {
    const doc = this.#docs[writer]
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array): void => void updates.push(update)
    doc?.on("update", keep)
    doc?.transact(() => change(doc))
    doc?.off("update", keep)
    const time = this.clock.now()
    const author = ["ann", "ben"][writer] ?? null
    await this.store.append({ document: "d", updates: updates.map((update) => ({ update, time, author })) })
    for (const other of this.#docs) for (const update of updates) Y.applyUpdate(other, update)
    this.moments.push({ time, content: contentOf(doc ?? new Y.Doc()) })
  }

  text(change: (text: Y.Text) => void, writer = 0): Promise<void> {
    return this.write((doc) => change(doc.getText("flow")), writer)
  }

  async contentAt(time: number): Promise<string> {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, await this.store.stateAt("d", time))
    if (doc.store.pendingStructs !== null) throw new Error(`${time} leaves something pending`)
    return contentOf(doc)
  }

  /** Everything that the archive holds, as bytes one can search. */
  async archived(): Promise<Buffer> {
    await this.store.close()
    const database = await levelFolder(this.folder).open({ create: false })
    const parts: Buffer[] = []
    for await (const page of database.pages(rangeOf("archive", "d"))) {
      for (const [key, value] of page) parts.push(inflateRawSync(unseal("archive", key, value)))
    }
    await database.close()
    await this.#open()
    return Buffer.concat(parts)
  }

  /** What `ligature check` finds. */
  async damages(): Promise<readonly FoundDamage[]> {
    await this.store.close()
    const { damages } = await checkStore(this.folder)
    await this.#open()
    return damages
  }

  async #open(): Promise<void> {
    const { clock, retentionMs } = this
    this.store = await openLevelStore(this.folder, { clock, retentionMs, compaction: false })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close()
  }
}

function contentOf(doc: Y.Doc): string {
  const cells = Object.entries(doc.getMap("cells").toJSON()).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([doc.getText("flow").toDelta(), cells])
}

describe("history beyond the retention time", () => {
  test("what was written long ago and deleted yesterday can be had back, however often the store is compacted", async () => {
    await using life = await Life.begin(90 * DAY)
    await life.text((text) => text.insert(0, "all that was ever written"))
    await life.store.compact("d")
    life.clock.pass(100 * DAY)
    expect(await life.store.forgetHistory("d")).toBe(true)
    const before = life.clock.now()
    life.clock.pass(DAY)
    await life.text((text) => text.delete(0, text.length), 1)
    await life.store.compact("d")
    life.clock.pass(DAY)
    await life.text((text) => text.insert(0, "x"))
    await life.store.compact("d")
    expect(await life.store.forgetHistory("d"), "once is enough").toBe(false)
    expect(await life.contentAt(before)).toContain("all that was ever written")
    expect((await life.store.history("d")).map(({ author, inserted, deleted }) => [author, inserted, deleted])).toEqual(
      [
        ["ann", 25, 0],
        ["ben", 0, 25],
        ["ann", 1, 0],
      ],
    )
    expect(await life.damages()).toEqual([])
  })

  test("what was deleted before it is nowhere on disk any more, once it is twice as old at the latest", async () => {
    await using life = await Life.begin(90 * DAY)
    await life.text((text) => text.insert(0, "a secret, and the rest"))
    await life.text((text) => text.delete(0, 14), 1)
    // So little was written that nothing else has compacted it.
    life.clock.pass(89 * DAY)
    expect(await life.store.forgetHistory("d")).toBe(false)
    await life.text((text) => text.insert(0, "later: "))
    life.clock.pass(2 * DAY)
    expect(await life.store.forgetHistory("d"), "the log has become history").toBe(true)
    expect((await life.archived()).includes("secret"), "the log had later changes in it").toBe(true)
    life.clock.pass(89 * DAY)
    expect(await life.store.forgetHistory("d")).toBe(true)
    const archived = await life.archived()
    expect(archived.includes("secret")).toBe(false)
    expect(archived.includes("the rest")).toBe(true)
    expect(await life.contentAt(life.clock.now())).toContain("later: the rest")
    expect((await life.store.history("d")).reduce((size, entry) => size + entry.inserted - entry.deleted, 0)).toBe(
      "later: the rest".length,
    )
    expect(await life.damages()).toEqual([])
  })

  test("every moment within it stays as it was, in a store", async () => {
    const random = seededRandom(5)
    const retentionMs = 10 * DAY
    await using life = await Life.begin(retentionMs)
    let forgot = 0
    for (let step = 1; step <= 60; step++) {
      life.clock.pass(1 + random.integer(DAY))
      await life.write((doc) => changeSomething(doc, random, step), random.integer(2))
      if (step % 12 === 0) await life.store.compact("d")
      if (step % 20 === 0 && (await life.store.forgetHistory("d"))) forgot += 1
    }
    expect(forgot).toBeGreaterThan(1)
    const within = life.moments.filter(({ time }) => time >= life.clock.now() - retentionMs)
    // Each is rebuilt in a worker of its own.
    for (const { time, content } of [...within.slice(0, 1), ...random.shuffled(within).slice(0, 2)]) {
      expect(await life.contentAt(time)).toBe(content)
    }
    expect(await life.damages()).toEqual([])
  })

  test.each([1, 2, 3, 4, 5, 6])("every moment after what was let go stays as it was, seed %i", (seed) => {
    const random = seededRandom(seed)
    const docs = [new Y.Doc(), new Y.Doc()]
    const [first = new Y.Doc()] = docs
    let archive: Uint8Array[] = []
    let log: RecordPayload[] = []
    let moments: { time: number; content: string }[] = []
    // Changes within ten seconds are one for the archive.
    for (let time = MINUTE; time <= 200 * MINUTE; time += MINUTE) {
      const doc = random.pick(docs)
      const keep = (update: Uint8Array): void => void log.push({ update, time, author: null })
      doc.on("update", keep)
      doc.transact(() => changeSomething(doc, random, time / MINUTE))
      doc.off("update", keep)
      // Now and then they have not heard of each other for a while.
      if (random.integer(3) > 0)
        for (const other of docs) for (const from of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(from))
      const whole = new Y.Doc()
      for (const from of docs) Y.applyUpdate(whole, Y.encodeStateAsUpdate(from))
      moments.push({ time, content: contentOf(whole) })
      if (random.integer(10) === 0 && log.length > 0) {
        archive.push(encodeArchiveSegment(log))
        log = []
        if (random.integer(3) === 0) {
          const old = 1 + random.integer(archive.length)
          archive = [letGo({ kind: "let-go", archive: archive.slice(0, old), checkpoint: [] }), ...archive.slice(old)]
          if (old === archive.length) moments = moments.slice(-1)
          const oldest = lastTimeIn(archive[0])
          moments = moments.filter((moment) => moment.time >= oldest)
        }
      }
    }
    expect(first.getText("flow").length).toBeGreaterThan(0)
    for (const { time, content } of random.shuffled(moments).slice(0, 40)) {
      const then = new Y.Doc()
      Y.applyUpdate(then, stateAt({ kind: "state-at", time, archive, log, checkpoint: [] }))
      expect(contentOf(then), `seed ${seed}, ${time}`).toBe(content)
    }
  })

  test("where none is wanted, what an archive holds goes", async () => {
    await using life = await Life.begin(0)
    await life.store.close()
    life.store = await openLevelStore(life.folder, { clock: life.clock, compaction: false })
    await life.text((text) => text.insert(0, "words"))
    await life.store.compact("d")
    expect((await life.store.statistics()).archiveBytes).toBeGreaterThan(0)
    expect(await life.store.forgetHistory("d"), "for ever, here").toBe(false)
    await life.store.close()
    life.store = await openLevelStore(life.folder, { clock: life.clock, retentionMs: 0, compaction: false })
    life.clock.pass(1)
    expect(await life.store.forgetHistory("d")).toBe(true)
    expect((await life.store.statistics()).archiveBytes).toBe(0)
    expect(await life.contentAt(life.clock.now())).toContain("words")
    expect(await life.damages()).toEqual([])
  })

  test("of a document that is not there, or not any more, there is nothing to forget", async () => {
    await using life = await Life.begin(DAY)
    expect(await life.store.forgetHistory("absent")).toBe(false)
    await life.text((text) => text.insert(0, "words"))
    await life.store.remove("d", life.clock.now())
    expect(await life.store.forgetHistory("d")).toBe(false)
  })
})

function lastTimeIn(segment: Uint8Array = new Uint8Array()): number {
  const { inserted, deleted } = decodeArchiveSegment(segment)
  return Math.max(...[...inserted, ...deleted].map(({ time }) => time))
}

/** Text, formats, and types inside types that are deleted with what is in them. */
function changeSomething(doc: Y.Doc, random: ReturnType<typeof seededRandom>, step: number): void {
  const text = doc.getText("flow")
  const cells = doc.getMap<Y.Text>("cells")
  const key = `cell${random.integer(3)}`
  const cell = cells.get(key)
  switch (random.integer(6)) {
    case 0:
      if (text.length > 10) text.delete(random.integer(text.length - 5), 1 + random.integer(5))
      else text.insert(0, `start ${step} `)
      return
    case 1:
      if (text.length > 5) text.format(random.integer(text.length - 3), 3, { bold: random.integer(2) === 0 || null })
      text.insert(0, "f")
      return
    case 2:
      if (cell === undefined) cells.set(key, new Y.Text(`made ${step}`))
      else cells.delete(key)
      return
    case 3:
      if (cell === undefined) cells.set(key, new Y.Text(`made ${step}`))
      else cell.insert(cell.length, ` more ${step}`)
      return
    default:
      text.insert(random.integer(text.length + 1), `word ${step} `)
  }
}
