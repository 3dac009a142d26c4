import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { recordKey } from "../../../packages/store-level/src/keys.ts"
import { levelFolder } from "../../../packages/store-level/src/level-database.ts"
import { encodeUpstream } from "@ligature/protocol"
import { startLigature } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { openStockClient } from "./stock-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

test("a document that cannot be loaded is never shown as an empty one, and is left as it is", async () => {
  await using folder = await temporaryFolder()
  {
    await using server = await startLigature(folder.path)
    for (const document of ["minutes", "recipes"]) {
      using client = await new RawClient(`${server.sync}/${document}`).loaded()
      for (const word of ["one ", "two ", "three"]) {
        client.doc.getText("text").insert(client.doc.getText("text").length, word)
        await client.saved()
      }
    }
    server.kill("SIGTERM")
    expect((await server.ended).code).toBe(0)
  }
  const damaged = await damageOneRecord(folder.path, "minutes")
  expect(damaged).not.toContain("")

  await using server = await startLigature(folder.path)
  using stock = await openStockClient("3.1", server.sync, "minutes")
  stock.doc.getText("text").insert(0, "typed before anything was loaded ")
  await stock.until(() => stock.closes.length >= 2)
  for (const code of stock.closes)
    expect(code, "transient: the client stays and tries again").toBeGreaterThanOrEqual(4500)
  expect(stock.provider.synced).toBe(false)
  expect(stock.doc.getText("text").toJSON()).toBe("typed before anything was loaded ")

  const frames = await framesUntilClosed(`${server.sync}/minutes`)
  expect(
    frames.filter(([kind, step]) => kind === 0 && step === 1),
    "no sync step 2",
  ).toEqual([])

  using other = await new RawClient(`${server.sync}/recipes`).loaded()
  expect(other.doc.getText("text").toJSON()).toBe("one two three")
  stock[Symbol.dispose]()
  server.kill("SIGTERM")
  expect((await server.ended).code).toBe(0)
  expect(await recordsOf(folder.path, "minutes")).toEqual(damaged)
})

test("a document with one damaged record is shown as far as it can be read, to read only, and says why", async () => {
  await using folder = await temporaryFolder()
  {
    await using server = await startLigature(folder.path)
    using client = await new RawClient(`${server.sync}/minutes`).loaded()
    for (const word of ["one ", "two ", "three"]) {
      client.doc.getText("text").insert(client.doc.getText("text").length, word)
      await client.saved()
    }
    server.kill("SIGTERM")
    expect((await server.ended).code).toBe(0)
  }
  const damaged = await damageOneRecord(folder.path, "minutes", 3)
  await using server = await startLigature(folder.path)
  using stock = await openStockClient("3.1", server.sync, "minutes")
  await stock.until(() => stock.provider.synced)
  expect(stock.doc.getText("text").toJSON()).toBe("one two ")
  using reader = await new RawClient(`${server.sync}/minutes`).loaded()
  expect(reader.doc.getText("text").toJSON()).toBe("one two ")
  expect(reader.heard).toContainEqual({ type: "access", access: "read", reason: "damaged" })

  reader.doc.getText("text").insert(0, "behind what is lost")
  stock.doc.getText("text").insert(0, "that too")
  using later = await new RawClient(`${server.sync}/minutes`).loaded()
  expect(later.doc.getText("text").toJSON()).toBe("one two ")
  expect((await fetch(`${server.address}/ready`)).status, "the others are served as ever").toBe(200)
  stock[Symbol.dispose]()
  server.kill("SIGTERM")
  expect((await server.ended).code).toBe(0)
  expect(await recordsOf(folder.path, "minutes")).toEqual(damaged)
})

/** Flips one bit in the middle of a record; returns all records as they are then. */
async function damageOneRecord(data: string, document: string, record = 1): Promise<string[]> {
  const database = await levelFolder(data).open({ create: false })
  const key = recordKey(document, record)
  const value = Uint8Array.from((await database.get(key)) ?? [])
  const middle = value.length >> 1
  value[middle] = (value[middle] ?? 0) ^ 1
  await database.write([{ type: "put", key, value }])
  await database.close()
  return recordsOf(data, document)
}

/** The document's three records as they lie on disk. */
async function recordsOf(data: string, document: string): Promise<string[]> {
  const database = await levelFolder(data).open({ create: false })
  const records = await database.getMany([1, 2, 3].map((sequence) => recordKey(document, sequence)))
  await database.close()
  return records.map((record) => Buffer.from(record ?? []).toString("base64"))
}

async function framesUntilClosed(url: string): Promise<Uint8Array[]> {
  const socket = new WebSocket(url)
  const frames: Uint8Array[] = []
  socket.on("message", (data: Buffer) => frames.push(data))
  socket.on("open", () => socket.send(encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) })))
  await new Promise((resolve) => socket.on("close", resolve))
  return frames
}
