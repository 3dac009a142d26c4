import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { cutUpdate } from "../src/cut-update.ts"
import { checkUpdate, DEFAULT_LIMITS, KnownState } from "../src/index.ts"
import { Random, randomSession } from "./random-sessions.ts"
import { bytes, item, join, text, uint, update } from "./update-bytes.ts"

/** A document as a server and its readers have it. */
interface Room {
  readonly known: KnownState
  readonly stored: Uint8Array[]
  readonly reader: Y.Doc
}

function openRoom(base: readonly Uint8Array[]): Room {
  const room: Room = { known: new KnownState(), stored: [], reader: new Y.Doc() }
  for (const one of base) {
    room.known.absorbStored(one)
    room.stored.push(one)
    Y.applyUpdate(room.reader, one)
  }
  return room
}

/** What is wrong with the document after the room took this update; null if nothing is, or if it was not taken. */
function harm(room: Room, hostile: Uint8Array, kind: "update" | "step2"): string | null {
  const verdict = checkUpdate(hostile, room.known, { owns: () => true, limits: DEFAULT_LIMITS, kind })
  if (verdict.verdict !== "accepted") return null
  try {
    room.known.absorb(verdict.change)
    room.stored.push(verdict.update.slice())
    Y.applyUpdate(room.reader, verdict.update)
    return (
      faultOf(room.reader, room.known) ??
      (muted(room.reader) ? "an insertion is heard by nobody" : null) ??
      reopened(room) ??
      (deletable(room) ? null : "it cannot be deleted")
    )
  } catch (error) {
    return String(error)
  }
}

function isTaken(hostile: Uint8Array, known: KnownState, kind: "update" | "step2"): boolean {
  return checkUpdate(hostile, known, { owns: () => true, limits: DEFAULT_LIMITS, kind }).verdict === "accepted"
}

function faultOf(doc: Y.Doc, known: KnownState): string | null {
  if (doc.store.pendingStructs !== null) return "structs are pending"
  if (doc.store.pendingDs !== null) return "deletes are pending"
  for (const [client, clock] of known.stateVector) {
    if (Y.getState(doc.store, client) !== clock) return `client ${client} is not at ${clock}`
  }
  return null
}

/** Types into a copy of the document and looks for the event. */
function muted(reader: Y.Doc): boolean {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(reader))
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(reader))
  let heard = 0
  doc.on("update", (change: Uint8Array) => {
    heard++
    Y.applyUpdate(other, change)
  })
  doc.getText("a root of its own").insert(0, "typed")
  doc.getText("flow").insert(0, "typed")
  return heard !== 2 || other.getText("a root of its own").length !== 5
}

/** Loads what was stored: as it is, in chunks, and as a checkpoint. */
function reopened(room: Room): string | null {
  const loaded = openRoom(room.stored)
  const chunked = openRoom(room.stored.flatMap((one) => cutUpdate(one, 256)))
  const checkpoint = openRoom(cutUpdate(Y.encodeStateAsUpdate(room.reader), 256))
  for (const { reader, known } of [loaded, chunked, checkpoint]) {
    const fault = faultOf(reader, known)
    if (fault !== null) return `reopened: ${fault}`
    if (known !== checkpoint.known && !equal(known.encodeDeletes(), room.known.encodeDeletes()))
      return "reopened: other deletes"
  }
  if (!equal(Y.encodeStateAsUpdate(loaded.reader), Y.encodeStateAsUpdate(room.reader)))
    return "reopened: another document"
  return null
}

function deletable(room: Room): boolean {
  const doc = openRoom(room.stored).reader
  const all = update(
    [],
    Array.from(room.known.stateVector, ([client, clock]) => [client, 0, clock] as const),
  )
  let heard = 0
  doc.on("update", () => heard++)
  Y.applyUpdate(doc, all)
  return heard <= 1
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** The same bytes with a few things wrong. */
function mutated(valid: Uint8Array, random: Random): Uint8Array {
  let result: Uint8Array = valid.slice()
  for (let left = 1 + random.below(3); left > 0; left--) {
    const at = random.below(result.length)
    const kind = random.below(6)
    if (kind < 3)
      result[at] =
        kind === 0 ? (result[at] ?? 0) ^ (1 << random.below(8)) : kind === 1 ? random.below(256) : random.below(12)
    else if (kind === 3) result = join(result.subarray(0, at), random.below(256), result.subarray(at))
    else if (kind === 4) result = join(result.subarray(0, at), result.subarray(at + 1 + random.below(3)))
    else result = result.slice(0, at)
    if (result.length === 0) return bytes("00 00")
  }
  return result
}

/** A well-formed update whose structs stand anywhere, most of it in places that exist. */
function invented(known: KnownState, random: Random): Uint8Array {
  const clients = [...known.stateVector.keys(), 7, 8]
  const anyone = (): number => clients[random.below(clients.length)] ?? 7
  const id = (): readonly [number, number] => {
    const client = anyone()
    return [client, random.below(known.clockOf(client) + 4)]
  }
  const contents: readonly (() => readonly [number, Uint8Array])[] = [
    () => [1, uint(1 + random.below(5))],
    () => [2, join(2, text("undefined"), text('{"a":[1]}'))],
    () => [3, join(2, 0xff, 0)],
    () => [4, text(["a", "word", "😀", "a😀b", "\u0000"][random.below(5)] ?? "a")],
    () => [5, text('{"image":"x"}')],
    () => [6, join(text("bold"), text(random.chance(0.5) ? "true" : "null"))],
    () => [7, uint(random.pick([0, 1, 2, 4, 6]))],
    () => [7, join(3, text("p"))],
    () => [8, join(3, 0x7e, 0x79, 0x77, text("s"))],
  ]
  const struct = (): Uint8Array => {
    if (random.chance(0.1)) return join(random.chance(0.8) ? 0 : 10, uint(1 + random.below(4)))
    const [kind, content] = contents[random.below(contents.length)]?.() ?? [4, text("a")]
    const key = random.chance(0.3) ? { key: random.pick(["k", "one", "id"]) } : {}
    const place = random.below(10)
    if (place === 0)
      return item(kind, { root: random.pick(["flow", "attrs", "list", "prosemirror", "new"]), ...key }, content)
    if (place < 4) return item(kind, { parent: id(), ...key }, content)
    if (place < 7) return item(kind, { origin: id(), ...(random.chance(0.5) ? { right: id() } : {}) }, content)
    return item(kind, { right: id() }, content)
  }
  const groups = new Map<number, Uint8Array[]>()
  for (let left = 1 + random.below(3); left > 0; left--)
    groups.set(anyone(), Array.from({ length: 1 + random.below(3) }, struct))
  const deletes = new Map<number, readonly [number, number, number]>()
  for (let left = random.below(3); left > 0; left--) {
    const [client, clock] = id()
    deletes.set(client, [client, clock, 1 + random.below(4)])
  }
  return update(
    Array.from(groups, ([client, structs]) => ({
      client,
      clock: Math.max(0, known.clockOf(client) - (random.chance(0.3) ? random.below(3) : 0)),
      structs,
    })),
    [...deletes.values()],
  )
}

const SEEDS = Array.from({ length: 30 }, (_, i) => i + 1)

describe("whatever is accepted harms nobody", () => {
  test.each(SEEDS)("updates with wrong bytes, seed %i", (seed) => {
    const random = new Random(seed)
    const updates: Uint8Array[] = []
    randomSession(seed, { edits: 24, peers: 2, undo: true, on: (one) => updates.push(one) })
    const taken: Uint8Array[] = []
    const known = new KnownState()
    for (const one of updates) {
      for (let left = 12; left > 0; left--) {
        const hostile = mutated(random.chance(0.2) ? Y.mergeUpdates(updates) : one, random)
        const kind = random.pick<"update" | "step2">(["update", "step2"])
        if (!isTaken(hostile, known, kind)) continue
        expect(harm(openRoom(taken), hostile, kind)).toBeNull()
      }
      const verdict = checkUpdate(one, known, { owns: () => true, limits: DEFAULT_LIMITS })
      if (verdict.verdict !== "accepted") continue
      known.absorb(verdict.change)
      taken.push(verdict.update)
    }
  })

  test.each(SEEDS)("updates that are well formed and make no sense, seed %i", (seed) => {
    const random = new Random(seed)
    const docs = randomSession(seed, { edits: 30, peers: 2, undo: true })
    const room = openRoom([Y.mergeUpdates(docs.map((doc) => Y.encodeStateAsUpdate(doc)))])
    for (let left = 25; left > 0; left--) {
      expect(harm(room, invented(room.known, random), random.pick(["update", "step2"]))).toBeNull()
    }
  })
})
