import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fakeClock } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { CookieSessions } from "../../src/auth/cookie-sessions.ts"
import { openSessionsFile } from "../../src/auth/sessions-file.ts"
import { silentLog } from "../../src/server-log.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { cookieOf, guardedServer } from "./guarded-server.ts"

const ANN = { subject: "ann", user: { id: "ann" }, grant: { documents: ["minutes"], access: "write" } } as const
const MINUTE = 60_000

function sessions(): { clock: ReturnType<typeof fakeClock>; kept: CookieSessions; ended: string[] } {
  const clock = fakeClock()
  const ended: string[] = []
  const note = (id: string): void => void ended.push(id)
  const kept = new CookieSessions({ clock, idleMs: 10 * MINUTE, longestMs: 60 * MINUTE, ended: note })
  return { clock, kept, ended }
}

describe("a session", () => {
  test("ends when nobody has used it for a while", () => {
    const { clock, kept, ended } = sessions()
    const { secret, session } = kept.begin(ANN)
    clock.advance(10 * MINUTE - 1)
    expect(kept.use(secret)).toMatchObject({ claims: ANN })
    clock.advance(10 * MINUTE - 1)
    expect(kept.use(secret)).toMatchObject({ claims: ANN })
    clock.advance(10 * MINUTE)
    expect(kept.use(secret)).toBeNull()
    expect(ended).toEqual([session.id])
  })

  test("ends after its longest time, however much it is used", () => {
    const { clock, kept, ended } = sessions()
    const { secret, session } = kept.begin(ANN)
    const letGo = kept.hold(session.id)
    for (let minute = 1; minute < 60; minute += 1) {
      clock.advance(MINUTE)
      expect(kept.use(secret)).not.toBeNull()
    }
    clock.advance(MINUTE)
    expect(kept.use(secret)).toBeNull()
    expect(ended).toEqual([session.id])
    letGo()
  })

  test("is in use as long as a connection of it is open", () => {
    const { clock, kept } = sessions()
    const { secret, session } = kept.begin(ANN)
    const letGo = kept.hold(session.id)
    clock.advance(30 * MINUTE)
    expect(kept.has(session.id)).toBe(true)
    letGo()
    clock.advance(9 * MINUTE)
    expect(kept.use(secret)).not.toBeNull()
  })

  test("is one of fifty of a person at most: the oldest makes room", () => {
    const { kept, ended } = sessions()
    const begun = Array.from({ length: 51 }, () => kept.begin(ANN))
    kept.begin({ ...ANN, subject: "bob" })
    expect(ended).toEqual([begun[0]?.session.id])
    expect(kept.use(begun[1]?.secret ?? "")).not.toBeNull()
  })

  test("cannot be found by what is kept of it", () => {
    const { kept } = sessions()
    const { secret, session } = kept.begin(ANN)
    expect(kept.save()).not.toContain(secret)
    expect(kept.use(session.id)).toBeNull()
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(kept.begin(ANN).secret).not.toBe(secret)
  })
})

describe("an orderly restart", () => {
  test("signs nobody out; what is over stays over, and the file is gone", async () => {
    await using folder = await temporaryFolder()
    const before = sessions()
    const stale = before.kept.begin(ANN)
    before.clock.advance(9 * MINUTE)
    const fresh = before.kept.begin(ANN)
    await openSessionsFile(folder.path, silentLog).save(before.kept)

    const after = sessions()
    after.clock.advance(11 * MINUTE)
    await openSessionsFile(folder.path, silentLog).restore(after.kept)
    expect(after.kept.use(fresh.secret)).toMatchObject({ claims: ANN })
    expect(after.kept.use(stale.secret)).toBeNull()
    await expect(readFile(join(folder.path, "sessions.json"))).rejects.toThrow("ENOENT")
  })

  test.each(["", "{}", "[1]", '[{"id":7}]', "not json"])(
    "after which the file holds %j starts all the same",
    async (text) => {
      await using folder = await temporaryFolder()
      await writeFile(join(folder.path, "sessions.json"), text)
      const { kept } = sessions()
      await openSessionsFile(folder.path, silentLog).restore(kept)
      expect(kept.save()).toBe("[]")
      await expect(readFile(join(folder.path, "sessions.json"))).rejects.toThrow("ENOENT")
    },
  )
})

describe("over HTTP", () => {
  test("a token is handed over for a cookie that only this host and no script can read", async () => {
    await using server = await guardedServer()
    const token = await server.token({ name: "Ann", endsIn: 60 })
    const answer = await server.fetch("POST", "/api/session", { token, headers: { origin: server.address } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const attributes = answer.headers.get("set-cookie")?.split("; ").slice(1)
    expect(attributes).toEqual(["Path=/", "Max-Age=43200", "Secure", "HttpOnly", "SameSite=Lax"])
    expect(cookieOf(answer)).toMatch(/^__Host-ligature=[\w-]{43}$/)

    // It outlives the token.
    server.clock.advance(60 * MINUTE)
    const headers = { cookie: cookieOf(answer), origin: server.address }
    const who = await server.fetch("GET", "/api/session", { headers })
    expect(await who.json()).toMatchObject({ mode: "token", via: "cookie", subject: "ann", name: "Ann" })
  })

  test("signing out ends it, and takes the cookie off the browser", async () => {
    await using server = await guardedServer()
    const cookie = cookieOf(await server.fetch("POST", "/api/session", { token: await server.token() }))
    const headers = { cookie, origin: server.address }
    const answer = await server.fetch("DELETE", "/api/session", { headers })
    expect(answer.headers.get("set-cookie")).toMatch(/^__Host-ligature=; Path=\/; Max-Age=0;/)
    expect((await server.fetch("GET", "/api/session", { headers })).status).toBe(401)
  })

  test("the id that a cookie brings along is never the one of the session that begins", async () => {
    await using server = await guardedServer()
    const planted = `__Host-ligature=${"a".repeat(43)}`
    const answer = await server.fetch("POST", "/api/session", {
      token: await server.token(),
      headers: { cookie: planted, origin: server.address },
    })
    expect(cookieOf(answer)).not.toBe(planted)
    const headers = { cookie: planted, origin: server.address }
    expect((await server.fetch("GET", "/api/session", { headers })).status).toBe(401)
  })

  test.each<[what: string, method: string, headers: Record<string, string>, status: number]>([
    ["a page of another site changes nothing", "DELETE", { origin: "https://evil.example" }, 401],
    ["a page without an origin changes nothing", "DELETE", { origin: "null" }, 401],
    ["a request without an origin changes nothing", "DELETE", { "sec-fetch-site": "same-origin" }, 401],
    ["a page of the same name and another port reads nothing", "GET", { origin: "http://127.0.0.1:1" }, 401],
    ["a program that found a cookie reads nothing", "GET", {}, 401],
    ["a page of another site that leaves its origin out reads nothing", "GET", { "sec-fetch-site": "cross-site" }, 401],
    ["a page of a site beside ours reads nothing", "GET", { "sec-fetch-site": "same-site" }, 401],
    ["a page of ours reads", "GET", { "sec-fetch-site": "same-origin" }, 200],
  ])("%s", async (_what, method, headers, status) => {
    await using server = await guardedServer()
    const cookie = cookieOf(await server.fetch("POST", "/api/session", { token: await server.token() }))
    expect((await server.fetch(method, "/api/session", { headers: { cookie, ...headers } })).status).toBe(status)
    const origin = server.address
    expect((await server.fetch("GET", "/api/session", { headers: { cookie, origin } })).status).toBe(200)
  })

  test("a page of another site cannot sign somebody in as whom it likes", async () => {
    await using server = await guardedServer()
    const headers = { origin: "https://evil.example" }
    const answer = await server.fetch("POST", "/api/session", { token: await server.token(), headers })
    expect(answer.status).toBe(403)
    expect(answer.headers.get("set-cookie")).toBeNull()
  })

  test("a session cannot prolong itself", async () => {
    await using server = await guardedServer()
    const cookie = cookieOf(await server.fetch("POST", "/api/session", { token: await server.token() }))
    const headers = { cookie, origin: server.address }
    expect((await server.fetch("POST", "/api/session", { headers })).status).toBe(403)
  })
})
