import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { seededRandom, socketPair } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { applyUpdate, Doc, equalSnapshots, snapshot } from "yjs"
import { HostileFrames, type Known } from "./hostile-frames.ts"
import { LivingRooms, turn } from "./living-rooms.ts"
import type { SimulatedClient } from "./simulated-client.ts"

/** Frames in all; `npm run soak` sends many more. */
const FRAMES = Number(process.env["HOSTILE_FRAMES"] ?? 60_000)
const FIRST_SEED = Number(process.env["HOSTILE_SEED"] ?? 1)
/** In one document, before it is looked at and another is taken. */
const FRAMES_PER_DOCUMENT = 200
const GROUPS = 4

/** What once got past a check. */
const CORPUS = join(dirname(fileURLToPath(import.meta.url)), "corpus")

/** Two honest people in a document, and whoever attacks it. */
class AttackedDocument {
  readonly house = new LivingRooms()
  readonly ann: SimulatedClient
  readonly ben: SimulatedClient
  #words = 0

  constructor() {
    this.ann = this.house.join({ speaks: "ligature.v1", clientID: 101 })
    this.ben = this.house.join({ clientID: 102 })
  }

  async begin(): Promise<void> {
    await this.house.settle()
    this.ann.type("An honest beginning. ")
    this.ben.type("And an answer. ")
    await this.house.settle()
  }

  get known(): Known {
    return {
      clients: [...this.ann.doc.store.clients.keys()].map((client) => ({ client, clock: clockOf(this.ann, client) })),
    }
  }

  /** Sends frames as one attacker, who comes back each time the door is shut. @returns the longest that one took, in ms */
  async attack(frames: Iterable<Uint8Array>): Promise<number> {
    let longest = 0
    let sent = 0
    let session = null
    let socket = socketPair()
    for (const frame of frames) {
      if (session === null || socket.client.state.state !== "open") {
        session?.closed()
        socket = socketPair()
        session = this.house.rooms.join("document", socket.server, {
          speaks: "ligature.v1",
          access: "write",
          identities: ["browser:mallory"],
        })
        await turn()
      }
      sent += 1
      const began = performance.now()
      session.receive(frame)
      longest = Math.max(longest, performance.now() - began)
      socket.client.take()
      session.drained()
      // Now and then, so that what was taken can be built upon.
      if (sent % 4 === 0) await this.house.settle()
    }
    session?.closed()
    return longest
  }

  /** An edit of each is acknowledged, relayed and stored; a newcomer reads the same, is heard, and nothing is pending anywhere. */
  async isHealthy(): Promise<void> {
    await this.house.settle()
    const newcomer = this.house.join({ speaks: "ligature.v1", clientID: 103 })
    await this.house.settle()
    for (const writer of [this.ann, this.ben, newcomer]) {
      this.#words += 1
      const word = `<${this.#words}>`
      let events = 0
      writer.doc.once("update", () => (events += 1))
      writer.type(word, 0)
      expect(events, "the document of a writer is mute").toBe(1)
      await this.house.settle()
      for (const reader of [this.ann, this.ben, newcomer]) expect(reader.text).toContain(word)
    }
    expect(this.ann.receipts).toBe(this.ann.sent)
    const fresh = new Doc()
    for (const update of await this.house.stored()) applyUpdate(fresh, update)
    const expected = snapshot(this.ann.doc)
    for (const { doc } of [this.ben, newcomer, { doc: fresh }]) {
      expect(doc.store.pendingStructs).toBeNull()
      expect(doc.store.pendingDs).toBeNull()
      // Not the bytes: who has deleted in another order has other pieces of the same document.
      expect(equalSnapshots(snapshot(doc), expected), "the same structs, the same of them deleted").toBe(true)
      // A writer who lies about the neighbours of a text (one before, the other behind it) can place that text of his own
      // differently for different people; it is Yjs's order, and no word of anybody else moves.
      expect(honestWords(doc)).toEqual(honestWords(this.ann.doc))
    }
    newcomer.disconnect()
    this.house.clients.pop()
  }
}

describe("a hostile crowd", () => {
  test.each(Array.from({ length: GROUPS }, (_, group) => group))(
    "hurts nobody else, group %i",
    async (group) => {
      const documents = Math.ceil(FRAMES / GROUPS / FRAMES_PER_DOCUMENT)
      let longest = 0
      for (let index = 0; index < documents; index++) {
        const seed = FIRST_SEED + group * documents + index
        const document = new AttackedDocument()
        await document.begin()
        const attacker = new HostileFrames(seededRandom(seed), 4711)
        const sent: Uint8Array[] = []
        const frames = function* (): Generator<Uint8Array> {
          for (let count = 0; count < FRAMES_PER_DOCUMENT; count++) {
            const frame = attacker.next(document.known)
            sent.push(frame)
            yield frame
          }
        }
        try {
          longest = Math.max(longest, await document.attack(frames()))
          await document.isHealthy()
        } catch (cause) {
          keep(`seed-${seed}`, sent)
          throw new Error(`seed ${seed}: see test/corpus/seed-${seed}.bin`, { cause })
        }
      }
      if (FRAMES > 100_000) {
        const heap = Math.round(process.memoryUsage().heapUsed / 1024 / 1024)
        process.stdout.write(`group ${group}: longest frame ${longest.toFixed(1)} ms, heap ${heap} MB\n`)
      }
    },
    7_200_000,
  )
})

const findings = readdirSync(CORPUS).filter((name) => name.endsWith(".bin"))

test.each(findings)("what was found once (%s) hurts nobody any more", async (name) => {
  const document = new AttackedDocument()
  await document.begin()
  await document.attack(framesIn(new Uint8Array(readFileSync(join(CORPUS, name)))))
  await document.isHealthy()
})

/** What Ann, Ben and the newcomers wrote since the attack, in the order in which it stands. */
function honestWords(doc: Doc): string[] {
  return doc.getText("text").toJSON().match(/<\d+>/g) ?? []
}

function keep(name: string, frames: readonly Uint8Array[]): void {
  writeFileSync(join(CORPUS, `${name}.bin`), Buffer.concat(frames.flatMap((frame) => [lengthOf(frame), frame])))
}

function lengthOf(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, frame.length)
  return bytes
}

function* framesIn(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset)
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at)
    yield file.slice(at + 4, at + 4 + length)
    at += 4 + length
  }
}

function clockOf(client: SimulatedClient, id: number): number {
  const last = client.doc.store.clients.get(id)?.at(-1)
  return last === undefined ? 0 : last.id.clock + last.length
}
