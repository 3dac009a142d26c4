import { type FakeClock, fakeClock, seededRandom, type SeededRandom } from "@ligature/testing"
import {
  applyUpdate,
  Array as YArray,
  Doc,
  encodeStateAsUpdate,
  encodeStateVector,
  Map as YMap,
  Text as YText,
} from "yjs"
import { cutUpdate } from "@ligature/protocol/cut-update"
import type { DocumentStore } from "@ligature/store"
import { openRooms, type Rooms, type Session } from "../src/index.ts"
import { CrashingStore } from "./crashing-store.ts"
import { turn } from "./living-rooms.ts"
import { SimulatedClient } from "./simulated-client.ts"

interface Person {
  readonly name: string
  readonly client: SimulatedClient
}

const STEPS = 150

/** One seeded story: who did what in which order, and what must hold after each crash and at its end. */
export class Story {
  /** What happened, in words, for whoever must understand a failure. */
  readonly log: string[] = []
  readonly #random: SeededRandom
  readonly #clock: FakeClock = fakeClock()
  readonly #disk: DocumentStore
  readonly #people: readonly Person[]
  /** Updates that were receipted to their writer or shown to anybody: a crash may not take them back. */
  #promised: { readonly to: string; readonly update: Uint8Array }[] = []
  /** Connections that broke and whose end the server has not noticed. */
  #unnoticed: Session[] = []
  #machine: CrashingStore
  #rooms: Rooms

  constructor(seed: number, disk: DocumentStore) {
    this.#random = seededRandom(seed)
    this.#disk = disk
    this.#machine = new CrashingStore(disk)
    this.#rooms = this.#openRooms()
    this.#people = Array.from({ length: this.#random.between(3, 6) }, (_, index) => this.#person(index))
  }

  async run(): Promise<void> {
    for (const person of this.#people) if (this.#random.chance(0.8)) this.#connect(person)
    for (let step = 0; step < STEPS; step++) await this.#step(this.#random.pick(this.#people))
    await this.#settle()
    await this.#checkPromises("at the end")
    await this.#checkConvergence()
    await this.#rooms.close()
  }

  #openRooms(): Rooms {
    return openRooms({ store: this.#machine.store, clock: this.#clock, random: this.#random })
  }

  #person(index: number): Person {
    const speaks = this.#random.chance(0.5) ? "ligature.v1" : "y-websocket"
    const client = new SimulatedClient({ speaks, clientID: 1 + this.#random.integer(2 ** 32 - 1) })
    const name = `${"ABCDEF"[index] ?? index} (${speaks})`
    client.onShown = (update) => void this.#promised.push({ to: `shown to ${name}`, update })
    client.onReceipt = (updates) => {
      for (const update of updates) this.#promised.push({ to: `receipted to ${name}`, update })
    }
    return { name, client }
  }

  async #step(person: Person): Promise<void> {
    const { client } = person
    this.#noticeClose(person)
    const roll = this.#random()
    if (roll < 0.32) this.#edit(person)
    else if (roll < 0.5) this.#note(person, `up ${client.up(this.#random.between(1, 3))}`)
    else if (roll < 0.67) this.#note(person, `down ${client.down(this.#random.between(1, 4))}`)
    else if (roll < 0.75) await this.#land()
    else if (roll < 0.8) await turn()
    else if (roll < 0.85) this.#clock.advance(this.#random.pick([10, 50, 1000, 15_000]))
    else if (roll < 0.93) this.#toggleConnection(person)
    else if (roll < 0.95) this.#repeat(person)
    else if (roll < 0.96) this.#hearFromTab(person)
    else if (roll < 0.97) await this.#compact()
    else if (roll < 0.985) await this.#crash()
    else await this.#restart()
  }

  #edit(person: Person): void {
    const { doc } = person.client
    const times = this.#random.between(1, 3)
    for (let i = 0; i < times; i++) this.#note(person, editSomething(doc, this.#random))
  }

  #toggleConnection(person: Person): void {
    const { client } = person
    if (!client.isConnected) {
      this.#connect(person)
      return
    }
    const isSilent = this.#random.chance(0.4)
    if (isSilent) this.#unnoticed.push(client.session)
    this.#note(person, isSilent ? "is cut off, unnoticed" : "disconnects")
    client.disconnect(isSilent)
  }

  #connect(person: Person): void {
    this.#note(person, "connects")
    person.client.connect(this.#rooms)
  }

  #repeat(person: Person): void {
    if (!person.client.isConnected || person.client.sent === 0) return
    this.#note(person, "repeats a message")
    person.client.repeat(this.#random.pick(person.client.sentUpdates))
  }

  #hearFromTab(person: Person): void {
    const tabs = this.#people.filter(({ client }) => client !== person.client && client.speaks === "y-websocket")
    if (person.client.speaks !== "y-websocket" || tabs.length === 0) return
    const tab = this.#random.pick(tabs)
    this.#note(person, `hears from the tab of ${tab.name}`)
    person.client.hearFromTab(tab.client)
  }

  async #land(): Promise<void> {
    this.log.push("the disk has it")
    await this.#machine.land()
    await turn()
  }

  /** Swaps what is on disk for a garbage-collected checkpoint in small chunks, under whatever goes on. */
  async #compact(): Promise<void> {
    const doc = new Doc()
    let through = 0
    for await (const { sequence, update } of this.#disk.read("document")) {
      applyUpdate(doc, update)
      through = sequence
    }
    if (through === 0) return
    this.log.push(`compaction through ${through}`)
    const chunks = cutUpdate(encodeStateAsUpdate(doc), 256)
    await this.#disk.replacePrefix("document", { through, chunks, archive: null })
  }

  async #crash(): Promise<void> {
    const reached = this.#random.chance(0.3)
    this.log.push(reached ? "crash, with appends on disk that nobody was told of" : "crash")
    await this.#machine.crash(reached)
    this.#reopen()
    await this.#checkPromises("after a crash")
  }

  async #restart(): Promise<void> {
    this.log.push("restart")
    const closing = this.#rooms.close()
    for (let i = 0; i < 5; i++) await this.#land()
    const { unstored } = await closing
    if (unstored.length > 0) throw new Error("a restart left something unstored")
    this.#reopen()
    await this.#checkPromises("after a restart")
  }

  #reopen(): void {
    for (const { client } of this.#people) client.disconnect(true)
    this.#unnoticed = []
    this.#machine = new CrashingStore(this.#disk)
    this.#rooms = this.#openRooms()
  }

  /** A client finds its socket closed. Permanent codes are for programs that do wrong, and nobody here does. */
  #noticeClose(person: Person): void {
    if (!person.client.isConnected) return
    const { state } = person.client.socket
    if (state.state === "open") return
    if (state.state === "closed" && state.code >= 4400 && state.code < 4500) {
      throw new Error(`${person.name} was closed with ${state.code}: ${state.reason}`)
    }
    this.#note(person, `finds its socket ${state.state}`)
    person.client.disconnect()
  }

  async #settle(): Promise<void> {
    this.log.push("everybody comes back and stays")
    for (const session of this.#unnoticed) session.closed()
    for (let quiet = 0; quiet < 3;) {
      let moved = 0
      for (const person of this.#people) {
        this.#noticeClose(person)
        if (!person.client.isConnected) this.#connect(person)
        moved += person.client.up()
      }
      await turn()
      moved += this.#machine.waiting
      await this.#land()
      this.#clock.advance(2000)
      for (const { client } of this.#people) {
        moved += client.down()
        // A real disk takes its time.
        if (client.isConnected && !client.synced) moved++
      }
      quiet = moved === 0 ? quiet + 1 : 0
    }
  }

  async #documentOnDisk(): Promise<Doc> {
    const doc = new Doc()
    for await (const { update } of this.#disk.read("document")) {
      applyUpdate(doc, update)
      if (hasPending(doc)) throw new Error("a record on disk stands on what is not there")
    }
    return doc
  }

  async #checkPromises(when: string): Promise<void> {
    const doc = await this.#documentOnDisk()
    let isNew = false
    doc.on("update", () => {
      isNew = true
    })
    for (const { to, update } of this.#promised) {
      applyUpdate(doc, update)
      if (isNew || hasPending(doc)) throw new Error(`${when}, something ${to} is not on disk`)
    }
    // The disk only grows.
    this.#promised = []
  }

  async #checkConvergence(): Promise<void> {
    const disk = contentOf(await this.#documentOnDisk())
    for (const { name, client } of this.#people) {
      if (hasPending(client.doc)) throw new Error(`${name} has something pending`)
      const content = contentOf(client.doc)
      if (content !== disk) throw new Error(`${name} has\n${content}\non disk is\n${disk}`)
      if (!client.synced) throw new Error(`${name} is not synced`)
      if (client.speaks === "ligature.v1" && client.receipts !== client.sent) {
        throw new Error(`${name} has ${client.receipts} receipts for ${client.sent} messages`)
      }
    }
  }

  #note(person: Person, what: string): void {
    this.log.push(`${person.name} ${what}`)
  }
}

function hasPending(doc: Doc): boolean {
  return doc.store.pendingStructs !== null || doc.store.pendingDs !== null
}

/** All that a document holds, and how far each client has come in it. */
function contentOf(doc: Doc): string {
  const vector = [...encodeStateVector(doc)].join(" ")
  // The order of a map's keys is nobody's concern.
  const map = Object.entries(doc.getMap("map").toJSON()).sort(([a], [b]) => (a < b ? -1 : 1))
  const roots: unknown[] = [doc.getText("text").toDelta(), doc.getArray("array").toJSON(), map]
  return `${JSON.stringify(roots)} [${vector}]`
}

/** Changes a text, an array or a map, or something inside them, and says what. */
function editSomething(doc: Doc, random: SeededRandom): string {
  const nested = [...doc.getArray("array"), ...doc.getMap("map").values()].filter((value) => value instanceof YText)
  const text = nested.length > 0 && random.chance(0.3) ? random.pick(nested) : doc.getText("text")
  switch (random.integer(7)) {
    case 0:
    case 1: {
      const at = boundary(text, random.integer(text.length + 1))
      text.insert(at, random.pick(["a", "b", "word ", "🙂", "a longer stretch of text "]))
      return `types at ${at}`
    }
    case 2: {
      const at = boundary(text, random.integer(text.length + 1))
      const to = boundary(text, Math.min(text.length, at + random.between(0, 6)))
      if (to > at) text.delete(at, to - at)
      return `deletes ${at} to ${to}`
    }
    case 3: {
      const at = boundary(text, random.integer(text.length + 1))
      const to = boundary(text, random.between(at, text.length))
      if (to > at) text.format(at, to - at, { bold: random.chance(0.5) ? true : null })
      return `formats ${at} to ${to}`
    }
    case 4: {
      const array = doc.getArray("array")
      const at = random.integer(array.length + 1)
      array.insert(at, [
        random.chance(0.5) ? random.integer(1000) : random.chance(0.5) ? new YText("nested") : new YArray(),
      ])
      return `inserts into the array at ${at}`
    }
    case 5: {
      const array = doc.getArray("array")
      if (array.length > 0) array.delete(random.integer(array.length), 1)
      return "deletes from the array"
    }
    default: {
      const key = random.pick(["one", "two", "three"])
      const map = doc.getMap("map")
      if (random.chance(0.3)) map.delete(key)
      else
        map.set(
          key,
          random.chance(0.5) ? random.integer(1000) : random.chance(0.5) ? new YText("in a map") : new YMap(),
        )
      return `sets ${key}`
    }
  }
}

/** The position, or the one before it: nobody edits inside a character, and Yjs puts U+FFFD for halves where somebody does. */
function boundary(text: YText, at: number): number {
  const unit = text.toJSON().charCodeAt(at)
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at
}
