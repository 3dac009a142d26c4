import { openMemoryStore, type DocumentStore } from "@ligature/store"
import { createEncoder, toUint8Array, writeVarUint } from "lib0/encoding"
import { expect, test } from "vitest"
import { LivingRooms } from "./living-rooms.ts"

/** The store as `restore` leaves it: what was there at the time of the backup, marked as recovering. */
async function restored(from: DocumentStore, records: number, at: number): Promise<DocumentStore> {
  const store = openMemoryStore()
  let left = records
  for await (const { update, time, author } of from.read("document")) {
    if (left-- > 0) await store.append({ document: "document", updates: [{ update, time, author }] })
  }
  const encoder = createEncoder()
  writeVarUint(encoder, at)
  const rows = new Map([...(await from.readRows("document")), ["recovering", toUint8Array(encoder)]])
  await store.append({ document: "document", updates: [], rows })
  return store
}

async function authorsIn(store: DocumentStore): Promise<(string | null)[]> {
  const authors: (string | null)[] = []
  for await (const { author } of store.read("document")) authors.push(author)
  return authors
}

test("after a restore anybody brings what others wrote since the backup, and the owners go on as before", async () => {
  const before = new LivingRooms()
  const ann = before.join({ speaks: "ligature.v1", identities: ["browser:ann"], clientID: 1 })
  ann.type("one ")
  await before.settle()
  const ben = before.join({ speaks: "ligature.v1", identities: ["browser:ben"], clientID: 2 })
  await before.settle()
  ann.type("two ")
  await before.settle()
  expect(ben.text).toBe("one two ")
  await before.rooms.close()
  ann.disconnect()
  ben.disconnect()

  // The backup has "one " only. Ben comes first.
  const store = await restored(before.store, 1, before.clock.now())
  const house = new LivingRooms({ store })
  house.clients.push(ben.connect(house.rooms))
  ben.type("three ")
  await house.settle()
  expect(ben.receipts).toBe(ben.sent)
  expect((await authorsIn(store))[1]).toBe("brought back by browser:ben")

  house.clients.push(ann.connect(house.rooms))
  await house.settle()
  ann.type("four ")
  await house.settle()
  expect(ann.receipts).toBe(ann.sent)
  expect(ben.text).toBe("one two three four ")
  expect(await authorsIn(store)).toContain("browser:ann")
  const newcomer = house.join()
  await house.settle()
  expect(newcomer.text).toBe("one two three four ")
})

test("that ends: later, others' structs are others' again", async () => {
  const before = new LivingRooms()
  const ann = before.join({ speaks: "ligature.v1", identities: ["browser:ann"], clientID: 1 })
  ann.type("one ")
  await before.settle()
  const ben = before.join({ speaks: "ligature.v1", identities: ["browser:ben"], clientID: 2 })
  await before.settle()
  ann.type("two ")
  await before.settle()
  await before.rooms.close()
  ann.disconnect()
  ben.disconnect()

  const store = await restored(before.store, 1, before.clock.now())
  const house = new LivingRooms({ store, limits: { recoveryMs: 1000 } })
  house.clock.advance(1000 + before.clock.now() - house.clock.now())
  house.clients.push(ben.connect(house.rooms))
  await house.settle()
  expect(await authorsIn(store)).toEqual(["browser:ann"])
  house.clients.push(ann.connect(house.rooms))
  await house.settle()
  expect(await authorsIn(store)).toEqual(["browser:ann", "browser:ann"])
})

test("the history has names: each identity's, as it was shown when it wrote last", async () => {
  const house = new LivingRooms()
  const ann = house.join({ speaks: "ligature.v1", identities: ["browser:ann"] })
  const nobody = house.join()
  for (const [client, name] of [
    [ann, "Ann"],
    [nobody, "Nobody"],
  ] as const) {
    client.awareness.setLocalState({ user: { name } })
    client.type("word ")
    await house.settle()
  }
  const names = async (): Promise<string[]> => {
    const rows = [...(await house.store.readRows("document"))].filter(([row]) => row.startsWith("name/"))
    return rows.map(([row, value]) => `${row} ${new TextDecoder().decode(value)}`)
  }
  expect(await names()).toEqual(["name/browser:ann Ann"])
  ann.awareness.setLocalState({ user: { name: "Anna" } })
  await house.settle()
  ann.type("word ")
  await house.settle()
  expect(await names()).toEqual(["name/browser:ann Anna"])
})
