import { createHash } from "node:crypto"
import { isIPv6 } from "node:net"
import { setImmediate as nextTurn } from "node:timers/promises"
import { CHECKPOINT_ROW, encodeCheckpointRow, encodeUpstream } from "@ligature/protocol"
import { openRooms, type Rooms, type RoomsObserver, type Session, type SessionSocket } from "@ligature/room"
import { type DocumentStore, openMemoryStore, StoreError } from "@ligature/store"

/**
 * Goes once where everybody goes who comes, with documents and rooms of its own: what is run for the first time has to be compiled, and what is run for the
 * hundredth is compiled again, to be fast. Who comes first after a restart, and thousands may, would wait for that; before the port is open nobody does.
 *
 * @param store is asked for a document that is not there
 * @param on told of what happens in its rooms
 */
export async function warmUp(store: DocumentStore, on: RoomsObserver = {}): Promise<void> {
  // As a handshake does.
  isIPv6("::1")
  createHash("sha1").update(NAME).digest("base64")
  await lookFor(NAME, store)
  const own = openMemoryStore()
  const landed = new Set<string>()
  const committed: RoomsObserver["committed"] = (document, batch) => {
    landed.add(document)
    on.committed?.(document, batch)
  }
  const rooms = openRooms({ store: own, on: { ...on, committed } })
  for (let n = 0; n < TIMES; n++) {
    const document = `${n}`
    const sessions = await open(rooms, own, document)
    for (let turn = 0; turn < PATIENCE && !landed.has(document); turn++) await nextTurn()
    for (const session of sessions) session.closed()
  }
  await rooms.close()
  await own.close()
}

async function lookFor(document: string, store: DocumentStore): Promise<void> {
  try {
    await store.readRows(document)
    for await (const _ of store.read(document));
  } catch (error) {
    // A store that cannot be read now may be later; whoever asks it for something then hears what is wrong.
    if (!(error instanceof StoreError)) throw error
  }
}

/** A compacted document is opened by somebody who has nothing and writes a letter, and by somebody who lacks nothing. */
async function open(rooms: Rooms, store: DocumentStore, document: string): Promise<readonly Session[]> {
  await store.append({ document, updates: [{ update: DOCUMENT, time: 0, author: null }] })
  const rows = new Map([[CHECKPOINT_ROW, encodeCheckpointRow(1, [DOCUMENT])]])
  await store.replacePrefix(document, { through: 1, chunks: [DOCUMENT], archive: null, rows })
  const newcomer = rooms.join(document, NOBODY, GRANT)
  newcomer.receive(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }))
  newcomer.receive(encodeUpstream({ type: "sync-step-2", update: Uint8Array.of(0, 0) }))
  newcomer.receive(encodeUpstream({ type: "update", update: LETTER }))
  const back = rooms.join(document, NOBODY, GRANT)
  back.receive(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.from([1, 1, ...varUint(LENGTH)]) }))
  back.receive(encodeUpstream({ type: "sync-step-2", update: DELETES }))
  return [newcomer, back]
}

const TIMES = 4
/** Turns of the event loop that a server's start waits for what it does only for its speed. */
const PATIENCE = 50
/** Nobody can ask for it. */
const NAME = "\u0001warm-up"
const GRANT = { speaks: "y-websocket", access: "write", identities: [] } as const
const nothing = (): void => {}
const NOBODY: SessionSocket = {
  send: nothing,
  close: nothing,
  pause: nothing,
  resume: nothing,
  terminate: nothing,
  bufferedBytes: 0,
}

// Updates as Yjs encodes them: one string in the text "t" of client 1, of which every second letter is deleted, and a letter of client 2.
const LENGTH = 6_000
const deleted = [
  1,
  1,
  ...varUint(LENGTH / 2),
  ...Array.from({ length: LENGTH / 2 }, (_, n) => [...varUint(2 * n), 1]).flat(),
]
const DOCUMENT = Uint8Array.from([...insertion(1, "a".repeat(LENGTH)), ...deleted])
const DELETES = Uint8Array.from([0, ...deleted])
const LETTER = Uint8Array.from([...insertion(2, "b"), 0])

function insertion(client: number, text: string): number[] {
  return [1, 1, client, 0, 4, 1, 1, 116, ...varUint(text.length), ...Buffer.from(text)]
}

function varUint(value: number): number[] {
  return value < 128 ? [value] : [128 | (value & 127), ...varUint(value >> 7)]
}
