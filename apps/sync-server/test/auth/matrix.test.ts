import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { CLOSE, encodeUpstream, systemClock } from "@ligature/protocol"
import { SignJWT } from "jose"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Awareness, encodeAwarenessUpdate } from "y-protocols/awareness"
import * as Y from "yjs"
import { RawClient } from "../raw-client.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { testServer, type TestServer } from "../test-server.ts"
import { cookieOf, routesWhile, SECRET } from "./guarded-server.ts"
import { ROUTES, type Needs } from "./route-needs.ts"
import { PollingLine, SocketLine, type LineOptions, type SyncLine } from "./sync-line.ts"

// Every way to do something × everything that somebody may be allowed × every way to prove it, on the whole server. Nothing is picked
// by hand but what the routes need.

/** What the host application and its rules say of somebody. `host` is an admin of everything, `admin` one of the document. */
const RIGHTS = ["none", "read", "comment", "write", "admin", "host", "expired", "revoked"] as const
const CREDENTIALS = ["cookie of our page", "cookie of another page", "token", "nothing"] as const
const SYNC_ACTIONS = ["update", "step2", "awareness"] as const
const TRANSPORTS: readonly { readonly name: string; readonly open: (o: LineOptions) => SyncLine }[] = [
  { name: "a WebSocket", open: (o) => new SocketLine(o) },
  { name: "long-polling", open: (o) => new PollingLine(o) },
]

type Right = (typeof RIGHTS)[number]
type Credential = (typeof CREDENTIALS)[number]
type Allowed = "read" | "comment" | "write" | "admin" | "host"

let server: TestServer
let web: Awaited<ReturnType<typeof temporaryFolder>>
let routes: readonly string[]
/** Sessions that began so long ago that they are over. */
const staleCookies: string[] = []
let shift = 0
let people = 0

beforeAll(async () => {
  web = await temporaryFolder()
  await writeFile(join(web.path, "index.html"), "<!doctype html>")
  const clock = { ...systemClock, now: () => Date.now() + shift }
  const started = await routesWhile(() =>
    testServer({
      auth: { access: "token", tokenSecret: SECRET },
      clock,
      webFolder: web.path,
      // A line that is dropped says no goodbye.
      limits: { closeTimeoutMs: 200 },
    }),
  )
  server = started.result
  routes = started.routes
  const cells = Object.keys(ROUTES).length * 2 + SYNC_ACTIONS.length * 2
  for (let cell = 0; cell < cells; cell += 1) staleCookies.push(await beginSession(await sign("stale", "*", "admin")))
  shift = 13 * 3_600_000
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await web[Symbol.asyncDispose]()
})

test("every route is in the list of those whose needs are known, and every one of the list is there", () => {
  const known = Object.keys(ROUTES)
  // What is left over of the API answers to every method.
  const there = routes.filter(
    (route) => !route.startsWith("HEAD ") && (!route.endsWith(" /api/*") || route === "GET /api/*"),
  )
  expect([...new Set(there)].toSorted()).toEqual(known.toSorted())
})

describe.each(RIGHTS)("somebody who may do: %s", (right) => {
  describe.each(CREDENTIALS)("with %s", (credential) => {
    const allowed = allowedTo(right, credential)

    test("sends messages", async () => {
      const expected: Record<string, string> = {}
      const outcomes: Record<string, string> = {}
      const attempts = SYNC_ACTIONS.flatMap((action) => TRANSPORTS.map(({ name, open }) => ({ action, name, open })))
      await inSmallGroups(attempts, async ({ action, name, open }) => {
        const person = await personWith(right, credential)
        using line = open({ address: server.address, ...person })
        outcomes[`${action} over ${name}`] = await attempt(line, action, person.document)
        expected[`${action} over ${name}`] = expectedOf(action, right, credential, allowed)
      })
      expect(outcomes).toEqual(expected)
    })

    test("asks for every route", async () => {
      const expected: Record<string, string> = {}
      const answers: Record<string, string> = {}
      await inSmallGroups(Object.entries(ROUTES), async ([route, { needs }]) => {
        const status = await statusOf(route, await personWith(right, credential))
        answers[route] = status === 401 || status === 403 || status >= 500 ? String(status) : "let in"
        expected[route] = meets(allowed, credential, needs)
          ? "let in"
          : String(allowed === null ? refusalOf(right, credential) : 403)
      })
      expect(answers).toEqual(expected)
    })
  })
})

/** Several at a time: most of it is waiting. */
async function inSmallGroups<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...all]
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one)
  }
  await Promise.all(Array.from({ length: 6 }, next))
}

interface PersonWithCredential {
  readonly document: string
  readonly token?: string
  readonly headers: Readonly<Record<string, string>>
}

/** A new subject and a new document for every cell, so that no cell meets what another one left. */
async function personWith(right: Right, credential: Credential): Promise<PersonWithCredential> {
  people += 1
  const document = `document ${people}`
  const origin = credential === "cookie of another page" ? "https://evil.example" : server.address
  if (credential === "nothing") return { document, headers: { origin } }
  const subject = `person ${people}`
  const reach = right === "none" ? "elsewhere" : right === "host" ? "*" : document
  const access = right === "none" || right === "expired" || right === "revoked" || right === "host" ? "admin" : right
  const token = await sign(subject, reach, access, right === "expired" ? -1 : 3600)
  const isCookie = credential !== "token"
  const cookie = !isCookie ? "" : right === "expired" ? (staleCookies.pop() ?? "") : await beginSession(token)
  if (right === "revoked") await revoke(subject)
  return isCookie ? { document, headers: { origin, cookie } } : { document, token, headers: { origin } }
}

async function revoke(subject: string): Promise<void> {
  const path = `/api/subjects/${encodeURIComponent(subject)}/access`
  const headers = { authorization: `Bearer ${await sign("root", "*", "admin")}` }
  const answer = await ask("PUT", path, headers, { access: "none" })
  expect(answer.status).toBe(204)
}

/** What they may do, all in all; null: the server does not take them for anybody. */
function allowedTo(right: Right, credential: Credential): Allowed | "none" | null {
  if (credential === "nothing" || credential === "cookie of another page") return null
  return right === "expired" || right === "revoked" ? null : right
}

/** How the server answers somebody whom it takes for nobody. */
function refusalOf(right: Right, credential: Credential): 401 | 403 {
  // Their sessions have ended; a token still says who they are.
  return right === "revoked" && credential === "token" ? 403 : 401
}

function meets(allowed: Allowed | "none" | null, credential: Credential, needs: Needs): boolean {
  if (needs === "nothing") return true
  if (allowed === null) return false
  if (needs === "identity") return true
  if (needs === "token") return credential === "token"
  return ORDER.indexOf(allowed) >= ORDER.indexOf(needs)
}

const ORDER: readonly string[] = ["none", "read", "comment", "write", "admin", "host"]

function expectedOf(
  action: (typeof SYNC_ACTIONS)[number],
  right: Right,
  credential: Credential,
  allowed: Allowed | "none" | null,
): string {
  // A page of another site gets nowhere at all.
  if (credential === "cookie of another page") return `closed ${CLOSE.notAllowed}`
  if (allowed === null) return `closed ${refusalOf(right, credential) === 403 ? CLOSE.notAllowed : CLOSE.signInAgain}`
  if (allowed === "none") return `closed ${CLOSE.notAllowed}`
  if (action === "awareness") return "shown"
  return ORDER.indexOf(allowed) >= ORDER.indexOf("write") ? "stored" : "refused"
}

/** Does it and says what became of it, as the line says and as somebody else in the document sees. */
async function attempt(line: SyncLine, action: (typeof SYNC_ACTIONS)[number], document: string): Promise<string> {
  const onlooker = action === "awareness" ? await watcherOf(document) : null
  await line.until(() => line.heard.some(({ type }) => type === "sync-step-1"))
  const doc = new Y.Doc()
  doc.getText("text").insert(0, "a word")
  const update = Y.encodeStateAsUpdate(doc)
  if (action === "awareness") {
    const presence = new Awareness(doc)
    presence.setLocalState({ here: true })
    line.send(encodeUpstream({ type: "awareness", update: encodeAwarenessUpdate(presence, [doc.clientID]) }))
    presence.destroy()
  }
  line.send(encodeUpstream(action === "step2" ? { type: "sync-step-2", update } : { type: "update", update }))
  const told = (): number => line.heard.filter(({ type }) => type === "access").length
  const isReceived = (): boolean => line.heard.some((message) => message.type === "receipt" && message.count > 0)
  await line.until(() => isReceived() || told() > 1)
  const isStored = line.code === null && isReceived()
  const outcome = line.code !== null ? `closed ${line.code}` : isStored ? "stored" : "refused"
  if ((await hasArrived(document)) !== isStored) return `${outcome}, but the word ${isStored ? "is not" : "is"} there`
  if (onlooker === null) return outcome
  if (line.code === null) {
    await onlooker.until(() =>
      onlooker.heard.some((message) => message.type === "awareness" && message.update.length > 2),
    )
  }
  onlooker[Symbol.dispose]()
  return line.code === null ? "shown" : outcome
}

/** Whether the word of an attempt is in the document, as somebody sees who asks for it afresh. */
async function hasArrived(document: string): Promise<boolean> {
  using reader = await watcherOf(document)
  return reader.doc.getText("text").toJSON() === "a word"
}

async function watcherOf(document: string): Promise<RawClient> {
  const url = `${server.sync}/${encodeURIComponent(document)}`
  return new RawClient(url, { token: await sign("root", "*", "admin") }).loaded()
}

async function statusOf(route: string, { document, token, headers }: PersonWithCredential): Promise<number> {
  const [method = "", pattern = ""] = route.split(" ")
  const { query = "", body, type, exists = false } = ROUTES[route] ?? {}
  if (exists) {
    using writer = await watcherOf(document)
    writer.doc.getText("text").insert(0, "a word")
    await writer.saved()
  }
  const name = encodeURIComponent(document)
  const path = pattern
    .replace(":document", name)
    .replace(":subject", "somebody")
    .replace(/:\w+/g, "x")
    .replace("*", "x")
  const all = {
    ...headers,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(type === undefined ? {} : { "content-type": type }),
  }
  return (await ask(method, path + query.replace("NAME", name), all, body)).status
}

async function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string | object,
): Promise<Response> {
  const isJson = typeof body === "object"
  return fetch(server.address + path, {
    method,
    headers: isJson ? { "content-type": "application/json", ...headers } : headers,
    ...(body === undefined ? {} : { body: isJson ? JSON.stringify(body) : body }),
  })
}

async function beginSession(token: string): Promise<string> {
  const answer = await ask("POST", "/api/session", { authorization: `Bearer ${token}`, origin: server.address })
  expect(answer.status).toBe(201)
  return cookieOf(answer)
}

async function sign(sub: string, doc: string, access: string, endsIn = 3600): Promise<string> {
  const now = Math.floor((Date.now() + shift) / 1000)
  return new SignJWT({ sub, doc, access })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(now + endsIn)
    .sign(new TextEncoder().encode(SECRET))
}
