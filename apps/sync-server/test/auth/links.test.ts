import { CLOSE } from "@ligature/protocol"
import { AFTER_RESERVED, isReserved } from "@ligature/store"
import { openLevelStore } from "@ligature/store-level"
import { describe, expect, test } from "vitest"
import { RawClient } from "../raw-client.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { guardedServer, SECRET, type GuardedServer } from "./guarded-server.ts"

interface Links {
  readonly write: string
  readonly read: string | null
}

/** A document that Ann has written in, on a server in open mode. */
const NAME = "HMTjMRzyV0aDlsiFqbWOng"
const KEY = /^[\w-]{22}$/

test("the link for reading lets one read, and no more", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read } = await linksFrom(server, "POST", NAME, "/read")
  expect(read).toMatch(KEY)

  using ron = await new RawClient(server.sync(read ?? "")).loaded()
  expect(ron.doc.getText("text").toJSON()).toBe("a word")
  await ron.until(() => ron.heard.some((message) => message.type === "access" && message.access === "read"))
  ron.doc.getText("text").insert(0, "a reader's ")
  ann.doc.getText("text").insert(0, "not ")
  await ron.until(() => ron.doc.getText("text").toJSON().includes("not"))
  expect(ann.doc.getText("text").toJSON()).toBe("not a word")
})

test("a reader learns nothing that leads to writing: not by sync, not over HTTP", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read } = await linksFrom(server, "POST", NAME, "/read")
  using ron = new RawClient(server.sync(read ?? ""))
  const received: string[] = []
  ron.websocket.on("message", (data: Buffer) => received.push(data.toString("latin1")))
  await ron.loaded()
  ann.doc.getText("text").insert(0, "not ")
  await ron.until(() => ron.doc.getText("text").toJSON().includes("not"))
  expect(received.join("")).not.toContain(NAME)

  for (const [method, path] of [
    ["GET", "/links"],
    ["POST", "/links/read"],
    ["DELETE", "/links/read"],
    ["POST", "/links/write"],
    ["GET", "/access"],
  ] as const) {
    const answer = await server.fetch(method, `/api/documents/${read}${path}`)
    expect([path, answer.status]).toEqual([path, 403])
    expect(await answer.text()).not.toContain(NAME)
  }
})

test("a new link for reading ends the old one: who came by it is sent away, and cannot come back", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read: old } = await linksFrom(server, "POST", NAME, "/read")
  using ron = await new RawClient(server.sync(old ?? "")).loaded()
  const { read: fresh } = await linksFrom(server, "POST", NAME, "/read")
  expect(fresh).not.toBe(old)
  expect((await ron.closed).code).toBe(CLOSE.notAllowed)
  using again = new RawClient(server.sync(old ?? ""))
  expect((await again.closed).code).toBe(CLOSE.notAllowed)
  using rita = await new RawClient(server.sync(fresh ?? "")).loaded()
  expect(rita.doc.getText("text").toJSON()).toBe("a word")
  expect(ann.websocket.readyState).toBe(ann.websocket.OPEN)
})

test("without a link for reading nobody reads; there can be one again, another", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read } = await linksFrom(server, "POST", NAME, "/read")
  using ron = await new RawClient(server.sync(read ?? "")).loaded()
  expect((await server.fetch("DELETE", `/api/documents/${NAME}/links/read`)).status).toBe(204)
  expect((await ron.closed).code).toBe(CLOSE.notAllowed)
  expect(await linksFrom(server, "GET", NAME)).toEqual({ write: NAME, read: null, isReadRemoved: true })
  expect((await linksFrom(server, "POST", NAME, "/read")).read).not.toBe(read)
  expect(ann.websocket.readyState).toBe(ann.websocket.OPEN)
})

test("a new link for writing ends the old one, the document's own name; readers notice nothing", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read } = await linksFrom(server, "POST", NAME, "/read")
  using ron = await new RawClient(server.sync(read ?? "")).loaded()
  const links = await linksFrom(server, "POST", NAME, "/write")
  expect(links).toEqual({ write: expect.stringMatching(KEY), read, isReadRemoved: false })
  expect(links.write).not.toBe(NAME)
  expect((await ann.closed).code).toBe(CLOSE.notAllowed)
  using eve = new RawClient(server.sync(NAME))
  expect((await eve.closed).code).toBe(CLOSE.notAllowed)
  expect((await server.fetch("GET", `/api/documents/${NAME}/links`)).status).toBe(403)

  using back = await new RawClient(server.sync(links.write)).loaded()
  back.doc.getText("text").insert(0, "not ")
  await back.saved()
  await ron.until(() => ron.doc.getText("text").toJSON() === "not a word")

  const next = await linksFrom(server, "POST", links.write, "/write")
  expect((await back.closed).code).toBe(CLOSE.notAllowed)
  using last = await new RawClient(server.sync(next.write)).loaded()
  expect(last.doc.getText("text").toJSON()).toBe("not a word")
})

test("a link for reading is made once, however many ask for it", async () => {
  await using server = await openServer()
  using _ann = await written(server)
  const asked = Array.from({ length: 10 }, () => linksFrom(server, "PUT", NAME, "/read"))
  const keys = new Set((await Promise.all(asked)).map(({ read }) => read))
  expect([...keys]).toEqual([expect.stringMatching(KEY)])
  using ron = await new RawClient(server.sync([...keys][0] ?? "")).loaded()
  expect(ron.isLoaded).toBe(true)
})

describe("a key for writing that the client has made", () => {
  const KEY_OF_ANN = "k".repeat(22)
  test("is taken, and asked for twice, as when an answer got lost, it is the same", async () => {
    await using server = await openServer()
    using _ann = await written(server)
    for (let time = 0; time < 2; time += 1) {
      const answer = await renew(server, NAME, { key: KEY_OF_ANN })
      expect(answer.status).toBe(201)
      expect(await answer.json()).toMatchObject({ write: KEY_OF_ANN })
    }
    using back = await new RawClient(server.sync(KEY_OF_ANN)).loaded()
    expect(back.doc.getText("text").toJSON()).toBe("a word")
  })

  test("is not taken where it names a document, or is the key of one: it would lead its people astray", async () => {
    await using server = await openServer()
    using _ann = await written(server)
    using bob = await new RawClient(server.sync("b".repeat(22))).loaded()
    bob.doc.getText("text").insert(0, "Bob's")
    await bob.saved()
    const { read } = await linksFrom(server, "PUT", "b".repeat(22), "/read")
    expect((await renew(server, NAME, { key: "b".repeat(22) })).status).toBe(409)
    expect((await renew(server, NAME, { key: read })).status).toBe(409)
    expect(await linksFrom(server, "GET", NAME)).toMatchObject({ write: NAME })
  })

  test.each([{ key: "short" }, { key: "k".repeat(23) }, { key: `${"k".repeat(21)}/` }, { key: 7 }])(
    "is not taken as %j",
    async (body) => {
      await using server = await openServer()
      using _ann = await written(server)
      expect((await renew(server, NAME, body)).status).toBe(400)
    },
  )
})

test("a page of another site changes nothing, whatever it knows", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const path = `/api/documents/${NAME}/links/write`
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1"]) {
    expect((await server.fetch("POST", path, { headers: { origin } })).status).toBe(403)
  }
  expect(ann.websocket.readyState).toBe(ann.websocket.OPEN)
  expect((await server.fetch("POST", path, { headers: { origin: server.address } })).status).toBe(201)
})

test("what was a key can never be the name of a document", async () => {
  await using server = await openServer()
  using ann = await written(server)
  const { read } = await linksFrom(server, "POST", NAME, "/read")
  await linksFrom(server, "POST", NAME, "/read")
  using eve = new RawClient(server.sync(read ?? ""), { doc: ann.doc })
  expect((await eve.closed).code).toBe(CLOSE.notAllowed)
  expect(await server.store.state(read ?? "")).toBe("absent")
})

test("there are no links of a document that nobody has written in, and asking leaves nothing behind", async () => {
  await using server = await openServer()
  for (const [method, path] of [
    ["GET", "/links"],
    ["POST", "/links/read"],
    ["POST", "/links/write"],
  ] as const) {
    expect((await server.fetch(method, `/api/documents/${NAME}${path}`)).status).toBe(404)
  }
  expect(await server.store.statistics()).toMatchObject({ documents: 0 })
})

test("what the server keeps about links is in no list of documents", async () => {
  await using server = await openServer(SECRET)
  using _ann = await written(server)
  await linksFrom(server, "POST", NAME, "/read")
  await linksFrom(server, "POST", NAME, "/write")
  const names: string[] = []
  for await (const { document } of server.store.list({ after: AFTER_RESERVED })) names.push(document)
  expect(names).toEqual([NAME])
  const all: string[] = []
  for await (const { document } of server.store.list()) all.push(document)
  expect(all.length).toBeGreaterThan(1)
  expect(all.filter((name) => !isReserved(name))).toEqual([NAME])
})

test("where tokens say who may come in, there are no links", async () => {
  await using server = await guardedServer()
  const token = await server.token()
  using ann = await new RawClient(server.sync("minutes"), { token }).loaded()
  ann.doc.getText("text").insert(0, "a word")
  await ann.saved()
  expect((await server.fetch("POST", "/api/documents/minutes/links/read", { token })).status).toBe(409)
})

test("links outlive the server", async () => {
  await using folder = await temporaryFolder()
  const before: Links[] = []
  {
    await using store = await openLevelStore(folder.path)
    await using server = await guardedServer({ access: "open", tokenSecret: undefined, store })
    using _ann = await written(server)
    before.push(await linksFrom(server, "POST", NAME, "/read"), await linksFrom(server, "POST", NAME, "/write"))
  }
  const [{ read: first } = { read: null }, links = { write: "", read: null }] = before
  expect(first).toBe(links.read)
  await using store = await openLevelStore(folder.path)
  await using server = await guardedServer({ access: "open", tokenSecret: undefined, store })
  using ann = await new RawClient(server.sync(links.write)).loaded()
  using ron = await new RawClient(server.sync(links.read ?? "")).loaded()
  using eve = new RawClient(server.sync(NAME))
  expect((await eve.closed).code).toBe(CLOSE.notAllowed)
  ann.doc.getText("text").insert(0, "not ")
  await ron.until(() => ron.doc.getText("text").toJSON() === "not a word")
})

describe("in open mode, too, a host may rule", () => {
  test("with a token that grants everything, also about a document whose name is no link any more", async () => {
    await using server = await openServer(SECRET)
    using ann = await written(server)
    const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
    const { write } = await linksFrom(server, "POST", NAME, "/write")
    await ann.closed
    using back = await new RawClient(server.sync(write)).loaded()
    const path = `/api/documents/${NAME}/access`
    expect((await server.fetch("PUT", path, { token: admin, body: { access: "none" } })).status).toBe(204)
    expect((await back.closed).code).toBe(CLOSE.notAllowed)
    expect((await server.fetch("DELETE", path)).status).toBe(403)
    expect((await server.fetch("DELETE", path, { token: admin })).status).toBe(204)
    using again = await new RawClient(server.sync(write)).loaded()
    expect(again.isLoaded).toBe(true)
  })

  test("and a token adds to what a link allows: it takes nothing away, and shows who somebody is", async () => {
    await using server = await openServer(SECRET)
    const token = await server.token({ doc: "something else", access: "read" })
    using ann = await new RawClient(server.sync(NAME), { token }).loaded()
    ann.doc.getText("text").insert(0, "signed in and by link")
    await ann.saved()
    const rows = await server.store.readRows(NAME)
    expect([...rows.values()].map((row) => new TextDecoder().decode(row)).join()).toContain("subject:ann")
  })
})

function renew(server: GuardedServer, name: string, body: unknown): Promise<Response> {
  return server.fetch("POST", `/api/documents/${name}/links/write`, { body })
}

async function openServer(tokenSecret?: string): Promise<GuardedServer> {
  return guardedServer({ access: "open", tokenSecret })
}

async function written(server: GuardedServer): Promise<RawClient> {
  const ann = await new RawClient(server.sync(NAME)).loaded()
  ann.doc.getText("text").insert(0, "a word")
  await ann.saved()
  return ann
}

async function linksFrom(server: GuardedServer, method: string, name: string, kind = ""): Promise<Links> {
  const answer = await server.fetch(method, `/api/documents/${name}/links${kind}`)
  expect(answer.ok).toBe(true)
  const links: unknown = await answer.json()
  if (!isLinks(links)) throw new TypeError(`these are no links: ${JSON.stringify(links)}`)
  return links
}

function isLinks(value: unknown): value is Links {
  return typeof value === "object" && value !== null && "write" in value && "read" in value
}
