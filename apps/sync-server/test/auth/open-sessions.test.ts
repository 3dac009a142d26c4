import { CLOSE, encodeUpstream } from "@ligature/protocol"
import { openLevelStore } from "@ligature/store-level"
import { describe, expect, test } from "vitest"
import { applyAwarenessUpdate, Awareness, encodeAwarenessUpdate } from "y-protocols/awareness"
import * as Y from "yjs"
import { RawClient } from "../raw-client.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { cookieOf, guardedServer, type GuardedServer, type TestClaims } from "./guarded-server.ts"

/** Shorter than the time between two pings, which nobody answers while the clock is moved. */
const SHORT = { endsIn: 10 }

describe("a token is taken", () => {
  test.each<[how: string, open: (server: GuardedServer, token: string) => RawClient | Promise<RawClient>]>([
    ["beside the subprotocol", (server, token) => new RawClient(server.sync("minutes"), { token })],
    [
      "in the address, as stock clients send it",
      (server, token) => new RawClient(`${server.sync("minutes")}?token=${token}`),
    ],
    [
      "in a header, as programs send it",
      (server, token) => new RawClient(server.sync("minutes"), { headers: { authorization: `Bearer ${token}` } }),
    ],
    [
      "as a session that a cookie names",
      async (server, token) => {
        const cookie = cookieOf(await server.fetch("POST", "/api/session", { token }))
        return new RawClient(server.sync("minutes"), { headers: { cookie, origin: server.address } })
      },
    ],
  ])("%s", async (_how, open) => {
    await using server = await guardedServer()
    using ann = await open(server, await server.token())
    await (await ann.loaded()).until(() => accessOf(ann) === "write")
    ann.doc.getText("text").insert(0, "Ann was here")
    await ann.saved()
    expect(await storedText(server)).toBe("Ann was here")
  })
})

describe("somebody is sent away", () => {
  test.each<[who: string, claims: TestClaims | null, document: string, code: number]>([
    ["without a token", null, "minutes", CLOSE.signInAgain],
    ["whose token is over", { endsIn: -1 }, "minutes", CLOSE.signInAgain],
    ["whose token is for another document", { doc: "minute" }, "minutes", CLOSE.notAllowed],
    ["whose token is for documents that begin otherwise", { doc: "teams/*" }, "team/minutes", CLOSE.notAllowed],
    ["whose token has its star in the middle", { doc: "t*/minutes" }, "team/minutes", CLOSE.notAllowed],
  ])("%s", async (_who, claims, document, code) => {
    await using server = await guardedServer()
    const token = claims === null ? undefined : await server.token(claims)
    using eve = new RawClient(server.sync(document), token === undefined ? {} : { token })
    expect((await eve.closed).code).toBe(code)
    expect(eve.isLoaded).toBe(false)
  })

  test("a star at the end means every name that begins so, and the stem itself", async () => {
    await using server = await guardedServer()
    const token = await server.token({ doc: "team/*" })
    for (const name of ["team/", "team/minutes", "team/a/b", "team/*"]) {
      using ann = await new RawClient(server.sync(name), { token }).loaded()
      expect(accessOf(ann)).toBe("write")
    }
  })
})

describe("when a token runs out", () => {
  test("its connection is closed with 4401, and nothing sent later is stored", async () => {
    await using server = await guardedServer()
    using ann = await opened(server, SHORT)
    ann.doc.getText("text").insert(0, "in time")
    await ann.saved()
    server.clock.advance(9_999)
    expect(ann.websocket.readyState).toBe(ann.websocket.OPEN)
    server.clock.advance(1)
    ann.doc.getText("text").insert(0, "too late, ")
    expect((await ann.closed).code).toBe(CLOSE.signInAgain)
    expect(await storedText(server)).toBe("in time")
  })

  test("a fresh one on the same connection keeps it open until that one ends", async () => {
    await using server = await guardedServer()
    using ann = await opened(server, SHORT)
    await renewed(ann, await server.token({ endsIn: 15 }))
    server.clock.advance(10_000)
    ann.doc.getText("text").insert(0, "still here")
    await ann.saved()
    server.clock.advance(5_000)
    expect((await ann.closed).code).toBe(CLOSE.signInAgain)
  })

  test("a fresh one may grant less, or more", async () => {
    await using server = await guardedServer()
    using ann = await opened(server, SHORT)
    await renewed(ann, await server.token({ access: "read" }))
    ann.doc.getText("text").insert(0, "a word")
    server.clock.advance(1_000)
    ann.sendFrame(encodeUpstream({ type: "token", token: await server.token() }))
    await ann.until(() => accessOf(ann) === "write")
    expect(ann.heard.filter(({ type }) => type === "access")).toMatchObject([
      { access: "write", reason: "granted" },
      { access: "read", reason: "rights-changed" },
      { access: "read" },
      { access: "write", reason: "rights-changed" },
    ])
    // What was refused meanwhile comes in the answer to the question that goes with the right to write.
    await ann.saved()
    expect(await storedText(server)).toBe("a word")
  })

  test.each<[what: string, claims: TestClaims]>([
    ["of somebody else", { sub: "bob" }],
    ["that is over itself", { endsIn: -1 }],
  ])("one %s changes nothing", async (_what, claims) => {
    await using server = await guardedServer()
    using ann = await opened(server, SHORT)
    ann.sendFrame(encodeUpstream({ type: "token", token: await server.token({ endsIn: 15, ...claims }) }))
    await expect.poll(() => server.log.join("")).toContain("a token was refused")
    server.clock.advance(10_000)
    expect((await ann.closed).code).toBe(CLOSE.signInAgain)
  })

  test("one for another document ends the connection", async () => {
    await using server = await guardedServer()
    using ann = await opened(server, SHORT)
    ann.sendFrame(encodeUpstream({ type: "token", token: await server.token({ doc: "other" }) }))
    expect((await ann.closed).code).toBe(CLOSE.notAllowed)
  })
})

describe("a rule holds for open connections at once", () => {
  const NONE = { access: "none" }

  test.each<[what: string, path: string]>([
    ["about a subject", "/api/subjects/ann/access"],
    ["about a subject in a document", "/api/documents/minutes/access/ann"],
    ["about a document", "/api/documents/minutes/access"],
  ])("%s: nothing more is stored or sent, until it is lifted", async (_what, path) => {
    await using server = await guardedServer()
    const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
    using ann = await opened(server)
    ann.doc.getText("text").insert(0, "before")
    await ann.saved()

    const answer = await server.fetch("PUT", path, { token: admin, body: NONE })
    expect(answer.status).toBe(204)
    ann.doc.getText("text").insert(0, "after, ")
    expect((await ann.closed).code).toBe(CLOSE.notAllowed)
    expect(await storedText(server)).toBe("before")
    using again = new RawClient(server.sync("minutes"), { token: await server.token() })
    expect((await again.closed).code).toBe(CLOSE.notAllowed)

    expect((await server.fetch("DELETE", path, { token: admin })).status).toBe(204)
    using back = await opened(server, {}, ann.doc)
    await back.saved()
    expect(await storedText(server)).toBe("after, before")
  })

  test("one that leaves reading: what is written is not taken, and is when writing is allowed again", async () => {
    await using server = await guardedServer()
    const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
    using ann = await opened(server)
    using bob = await opened(server, { sub: "bob" })
    const path = "/api/documents/minutes/access/ann"
    await server.fetch("PUT", path, { token: admin, body: { access: "read" } })
    await ann.until(() => accessOf(ann) === "read")
    expect(ann.heard.at(-1)).toMatchObject({ type: "access", reason: "rights-changed" })

    ann.doc.getText("text").insert(0, "from Ann")
    bob.doc.getText("text").insert(0, "from Bob, ")
    await bob.saved()
    await ann.until(() => ann.doc.getText("text").toJSON().includes("Bob"))
    expect(await storedText(server)).toBe("from Bob, ")

    await server.fetch("DELETE", path, { token: admin })
    await bob.until(() => bob.doc.getText("text").toJSON().includes("Ann"))
    expect(ann.websocket.readyState).toBe(ann.websocket.OPEN)
  })

  test("the end of a session closes its connections, and those of no other", async () => {
    await using server = await guardedServer()
    const first = cookieOf(await server.fetch("POST", "/api/session", { token: await server.token() }))
    const second = cookieOf(await server.fetch("POST", "/api/session", { token: await server.token() }))
    const origin = server.address
    using here = await new RawClient(server.sync("minutes"), { headers: { cookie: first, origin } }).loaded()
    using there = await new RawClient(server.sync("minutes"), { headers: { cookie: second, origin } }).loaded()
    expect((await server.fetch("DELETE", "/api/session", { headers: { cookie: first, origin } })).status).toBe(204)
    expect((await here.closed).code).toBe(CLOSE.signInAgain)
    there.doc.getText("text").insert(0, "still signed in")
    await there.saved()
  })

  test("an admin stands above the rules about a document, or nobody could lift them", async () => {
    await using server = await guardedServer()
    const admin = await server.token({ sub: "root", access: "admin" })
    using root = await opened(server, { sub: "root", access: "admin" })
    await server.fetch("PUT", "/api/documents/minutes/access", { token: admin, body: NONE })
    root.doc.getText("text").insert(0, "an admin writes")
    await root.saved()
    expect(await storedText(server)).toBe("an admin writes")
  })

  test("rules and links outlive the server", async () => {
    await using folder = await temporaryFolder()
    {
      await using store = await openLevelStore(folder.path)
      await using server = await guardedServer({ store })
      const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
      for (const path of ["/api/subjects/bob/access", "/api/documents/minutes/access/cy"]) {
        expect((await server.fetch("PUT", path, { token: admin, body: NONE })).status).toBe(204)
      }
      await server.fetch("PUT", "/api/documents/minutes/access", { token: admin, body: { access: "read" } })
    }
    await using store = await openLevelStore(folder.path)
    await using server = await guardedServer({ store })
    for (const sub of ["bob", "cy"]) {
      using client = new RawClient(server.sync("minutes"), { token: await server.token({ sub }) })
      expect((await client.closed).code).toBe(CLOSE.notAllowed)
    }
    using ann = await opened(server)
    expect(accessOf(ann)).toBe("read")
  })
})

test("who changes what others may do is noted, and who is not let to", async () => {
  await using server = await guardedServer()
  const admin = await server.token({ sub: "root", doc: "*", access: "admin" })
  const ann = await server.token()
  await server.fetch("PUT", "/api/documents/minutes/access/bob", { token: admin, body: { access: "read" } })
  await server.fetch("DELETE", "/api/documents/minutes/access/bob", { token: ann })
  await server.fetch("PUT", "/api/subjects/bob/access", { body: { access: "none" } })
  await server.fetch("POST", "/api/session", { token: ann })
  await server.fetch("GET", "/api/session", { token: ann })
  const address = "127.0.0.1"
  expect(server.audit).toEqual([
    { who: "root", document: "minutes", action: "rule", address, result: "204 about bob: read" },
    { who: "ann", document: "minutes", action: "lift-rule", address, result: "403 about bob" },
    { who: null, document: null, action: "rule", address, result: "401 about bob" },
    { who: "ann", document: null, action: "sign-in", address, result: "201" },
  ])
})

test("presence carries the name and colour of the token, whatever the client says", async () => {
  await using server = await guardedServer()
  const token = await server.token({ name: "Ann", color: "#1a2b3c" })
  using ann = await new RawClient(server.sync("minutes"), { token }).loaded()
  using bob = await opened(server, { sub: "bob" })
  const said = new Awareness(ann.doc)
  said.setLocalState({ user: { name: "The director", id: "root", color: "#000000" } })
  ann.sendFrame(encodeUpstream({ type: "awareness", update: encodeAwarenessUpdate(said, [ann.doc.clientID]) }))
  // What is sent before an update that is stored has been read.
  ann.doc.getText("text").insert(0, "a word")
  await ann.saved()
  server.clock.advance(1_000)
  const heard = new Awareness(new Y.Doc())
  await bob.until(() => {
    for (const message of bob.heard) if (message.type === "awareness") applyAwarenessUpdate(heard, message.update, null)
    return heard.getStates().has(ann.doc.clientID)
  })
  expect(heard.getStates().get(ann.doc.clientID)).toEqual({ user: { id: "ann", name: "Ann", color: "#1a2b3c" } })
  said.destroy()
  heard.destroy()
})

test("tokens, cookies and secrets are never logged", async () => {
  await using server = await guardedServer()
  const token = await server.token()
  const stale = await server.token({ endsIn: -1 })
  const cookie = cookieOf(await server.fetch("POST", "/api/session", { token }))
  const origin = server.address
  for (const client of [
    new RawClient(`${server.sync("minutes")}?token=${token}`, { browserSecret: "browser-secret" }),
    new RawClient(`${server.sync("minutes")}?token=${stale}`),
    new RawClient(server.sync("minutes"), { token: stale }),
    new RawClient(server.sync("minutes"), { headers: { cookie, origin } }),
  ]) {
    await (client.isLoaded ? client : Promise.race([client.loaded().catch(() => {}), client.closed]))
    client.websocket.terminate()
    await client.closed
    client[Symbol.dispose]()
  }
  await server.fetch("GET", `/api/session?token=${stale}`, { token: stale })
  await server.fetch("GET", `/d/minutes?token=${token}`)
  await server.fetch("GET", "/api/session", { headers: { cookie } })
  const log = server.log.join("")
  expect(log).toContain("a token was refused")
  for (const secret of [token, stale, cookie.split("=")[1] ?? "", "browser-secret", token.split(".")[2] ?? ""]) {
    expect(secret).not.toBe("")
    expect(log).not.toContain(secret)
    expect(log).not.toContain(Buffer.from(secret).toString("base64url"))
  }
})

async function opened(server: GuardedServer, claims: TestClaims = {}, doc?: Y.Doc): Promise<RawClient> {
  const token = await server.token(claims)
  return new RawClient(server.sync("minutes"), { token, ...(doc === undefined ? {} : { doc }) }).loaded()
}

/** Sends a token and waits until the server says that it was taken. */
async function renewed(client: RawClient, token: string): Promise<void> {
  const before = client.heard.filter(({ type }) => type === "access").length
  client.sendFrame(encodeUpstream({ type: "token", token }))
  await client.until(() => client.heard.filter(({ type }) => type === "access").length > before)
}

function accessOf(client: RawClient): string | null {
  const last = client.heard.findLast(({ type }) => type === "access")
  return last?.type === "access" ? last.access : null
}

async function storedText({ store }: GuardedServer): Promise<string> {
  const doc = new Y.Doc()
  for await (const { update } of store.read("minutes")) Y.applyUpdate(doc, update)
  return doc.getText("text").toJSON()
}
