import { describe, expect, test } from "vitest"
import { startLigature } from "./ligature-process.ts"
import { openStockClient, type StockClient, type StockVersion } from "./stock-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const VERSIONS: readonly StockVersion[] = ["1.5", "2.1", "3.0", "3.1"]

describe("released y-websocket providers, unmodified", () => {
  test.each(VERSIONS)("%s and every other version write together and see each other", async (version) => {
    await using folder = await temporaryFolder()
    await using server = await startLigature(folder.path)
    using one = await openStockClient(version, server.sync, "minutes")
    for (const [index, otherVersion] of VERSIONS.entries()) {
      using other = await openStockClient(otherVersion, server.sync, "minutes")
      await other.until(() => other.provider.synced)
      one.provider.awareness.setLocalStateField("user", { name: `one ${index}` })
      other.provider.awareness.setLocalStateField("user", { name: "other" })

      textOf(one).insert(0, `one before ${otherVersion}. `)
      textOf(other).insert(0, `${otherVersion} before one. `)
      await equal([one, other])
      expect(textOf(one).toJSON()).toContain(`${otherVersion} before one. `)

      await one.until(() => nameOf(one, other) === "other")
      await other.until(() => nameOf(other, one) === `one ${index}`)
      other.provider.destroy()
      await one.until(() => nameOf(one, other) === undefined)
    }
    expect(one.closes).toEqual([])
  })

  test("all at once survive a restart, and what they wrote meanwhile arrives", async () => {
    await using folder = await temporaryFolder()
    const clients: StockClient[] = []
    let server = await startLigature(folder.path)
    try {
      for (const version of VERSIONS) clients.push(await openStockClient(version, server.sync, "minutes"))
      for (const [index, client] of clients.entries()) {
        await client.until(() => client.provider.synced)
        client.provider.awareness.setLocalStateField("user", { name: VERSIONS[index] })
        textOf(client).insert(0, `${VERSIONS[index]} at the beginning. `)
      }
      await equal(clients)

      server.kill("SIGTERM")
      expect((await server.ended).code).toBe(0)
      for (const [index, client] of clients.entries()) textOf(client).insert(0, `${VERSIONS[index]} in between. `)
      server = await startLigature(folder.path, { port: server.port })

      await equal(clients)
      for (const version of VERSIONS) {
        for (const when of ["at the beginning", "in between"]) {
          expect(textOf(clients[0]).toJSON().split(`${version} ${when}. `)).toHaveLength(2)
        }
      }
      for (const client of clients) {
        await client.until(() => clients.every((other, index) => nameOf(client, other) === VERSIONS[index]))
      }
      using newcomer = await openStockClient("3.1", server.sync, "minutes")
      await newcomer.until(() => newcomer.provider.synced)
      expect(textOf(newcomer).toJSON()).toBe(textOf(clients[0]).toJSON())
    } finally {
      for (const client of clients) client[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    }
  })
})

/** Resolves when everybody has every change of everybody. */
async function equal(clients: readonly StockClient[]): Promise<void> {
  for (const reader of clients) {
    await reader.until(() => clients.every((writer) => knows(reader, writer)))
  }
}

function knows(reader: StockClient, writer: StockClient): boolean {
  for (const [client, structs] of writer.doc.store.clients) {
    const last = structs.at(-1)
    const own = reader.doc.store.clients.get(client)?.at(-1)
    if (last !== undefined && (own === undefined || own.id.clock + own.length < last.id.clock + last.length))
      return false
  }
  return true
}

function textOf(client: StockClient | undefined) {
  if (client === undefined) throw new Error("there is no such client")
  return client.doc.getText("text")
}

/** What `reader` shows as the name of `person`. */
function nameOf(reader: StockClient, person: StockClient): unknown {
  return reader.provider.awareness.getStates().get(person.doc.clientID)?.["user"]?.name
}
