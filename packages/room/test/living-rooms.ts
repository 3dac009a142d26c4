import { fakeClock, type FakeClock } from "@ligature/testing"
import { type DocumentStore, openMemoryStore } from "@ligature/store"
import { openRooms, type RoomLimits, type Rooms, type RoomsObserver } from "../src/index.ts"
import { SimulatedClient, type SimulatedClientOptions } from "./simulated-client.ts"

/** Rooms over a store in memory, with clients that speak only when told to. */
export class LivingRooms {
  readonly clock: FakeClock = fakeClock()
  readonly store: DocumentStore
  readonly rooms: Rooms
  readonly clients: SimulatedClient[] = []

  constructor(
    o: { store?: DocumentStore; limits?: Partial<RoomLimits>; on?: RoomsObserver; schemaVersion?: number } = {},
  ) {
    const { store = openMemoryStore(), ...rest } = o
    this.store = store
    this.rooms = openRooms({ ...rest, store, clock: this.clock, appends: AT_ONCE })
  }

  join(o: SimulatedClientOptions = {}): SimulatedClient {
    const client = new SimulatedClient(o)
    this.clients.push(client)
    return client.connect(this.rooms)
  }

  /** Carries everything to and fro, presence too, until nobody has anything to say. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      let moved = 0
      for (const client of this.clients) moved += client.up()
      await turn()
      this.clock.advance(50)
      for (const client of this.clients) if (!client.isConnected || !client.socket.stalled) moved += client.down()
      quiet = moved === 0 ? quiet + 1 : 0
    }
  }

  /** Updates of the document on disk. */
  async stored(document = "document"): Promise<Uint8Array[]> {
    const updates: Uint8Array[] = []
    for await (const { update } of this.store.read(document)) updates.push(update)
    return updates
  }
}

/** No batch waits for others: a test says itself what comes before it lands. */
const AT_ONCE = { next: (): null => null }

/** Lets everything run that is ready to. */
export async function turn(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve))
}
