import { socketPair } from "@ligature/testing"
import { applyUpdate, Doc, equalSnapshots, snapshot } from "yjs"
import type { Known } from "./hostile-frames.ts"
import { LivingRooms, turn } from "./living-rooms.ts"
import type { SimulatedClient } from "./simulated-client.ts"

/** Two honest people in a document, and whoever attacks it. */
export class AttackedDocument {
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

  /** What is wrong for others: an edit that is not acknowledged, relayed and stored, a newcomer who reads something else or is not heard. */
  async complaints(): Promise<string[]> {
    const complaints: string[] = []
    const see = (isWell: boolean, complaint: string): void => {
      if (!isWell) complaints.push(complaint)
    }
    await this.house.settle()
    const newcomer = this.house.join({ speaks: "ligature.v1", clientID: 103 })
    await this.house.settle()
    const people = { ann: this.ann, ben: this.ben, newcomer }
    for (const [name, writer] of Object.entries(people)) {
      this.#words += 1
      const word = `<${this.#words}>`
      let events = 0
      writer.doc.once("update", () => (events += 1))
      writer.type(word, 0)
      see(events === 1, `the document of ${name} is mute`)
      await this.house.settle()
      for (const [reader, { text }] of Object.entries(people)) {
        see(text.includes(word), `${reader} does not see what ${name} wrote`)
      }
    }
    see(this.ann.receipts === this.ann.sent, "Ann was not told that all is on disk")
    const disk = new Doc()
    for (const update of await this.house.stored()) applyUpdate(disk, update)
    const expected = snapshot(this.ann.doc)
    for (const [name, doc] of [
      ["ben", this.ben.doc] as const,
      ["newcomer", newcomer.doc] as const,
      ["disk", disk] as const,
    ]) {
      see(doc.store.pendingStructs === null && doc.store.pendingDs === null, `${name} waits for something`)
      // Not the bytes: who has deleted in another order has other pieces of the same document.
      see(equalSnapshots(snapshot(doc), expected), `${name} has other structs than Ann, or others of them deleted`)
      // A writer who lies about the neighbours of a text (one before, the other behind it) can place that text of his own
      // differently for different people; it is Yjs's order, and no word of anybody else moves.
      see(honestWords(doc).join() === honestWords(this.ann.doc).join(), `${name} has words in another order than Ann`)
    }
    newcomer.disconnect()
    this.house.clients.pop()
    return complaints
  }
}

/** What Ann, Ben and the newcomers wrote since the attack, in the order in which it stands. */
function honestWords(doc: Doc): string[] {
  return doc.getText("text").toJSON().match(/<\d+>/g) ?? []
}

function clockOf(client: SimulatedClient, id: number): number {
  const last = client.doc.store.clients.get(id)?.at(-1)
  return last === undefined ? 0 : last.id.clock + last.length
}
