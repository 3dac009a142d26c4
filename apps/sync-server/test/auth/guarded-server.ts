import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { openMemoryStore, type DocumentStore } from "@ligature/store"
import { fakeClock, type FakeClock } from "@ligature/testing"
import type { FastifyInstance } from "fastify"
import { SignJWT } from "jose"
import { pino } from "pino"
import { attach } from "../../src/attach.ts"
import { readAuthConfig, type AuthInput } from "../../src/auth/auth-config.ts"
import { openAuthority, type Authority } from "../../src/auth/authority.ts"
import { hostNames } from "../../src/host-names.ts"
import { createHttpApp } from "../../src/http-app.ts"
import type { AuditEntry } from "../../src/operations/audit-log.ts"
import { DEFAULT_SERVER_LIMITS } from "../../src/server-limits.ts"

/** What the host application of these tests signs with. */
export const SECRET = "a secret of more than thirty-two bytes"

/** What a token says, with times as the tests count them. */
export interface TestClaims {
  readonly sub?: string
  readonly name?: string
  readonly color?: string
  readonly doc?: unknown
  readonly access?: unknown
  /** Seconds from now. */
  readonly endsIn?: number
  readonly beginsIn?: number
  readonly iss?: string
  readonly aud?: string
}

/** HTTP, sync and authority in this process, with time in the test's hands. */
export interface GuardedServer extends AsyncDisposable {
  readonly clock: FakeClock
  readonly authority: Authority
  readonly store: DocumentStore
  /** Everything that was logged, at any level. */
  readonly log: readonly string[]
  readonly audit: readonly AuditEntry[]
  /** `http://127.0.0.1:40123` */
  readonly address: string
  sync(name: string): string
  /** How many tokens that came on open connections have been looked at. */
  renewals(): number
  token(claims?: TestClaims): Promise<string>
  fetch(
    method: string,
    path: string,
    o?: { readonly headers?: Readonly<Record<string, string>>; readonly token?: string; readonly body?: unknown },
  ): Promise<Response>
}

export async function guardedServer(
  o: AuthInput & { readonly store?: DocumentStore; readonly clock?: FakeClock } = {},
): Promise<GuardedServer> {
  const { store = openMemoryStore(), clock = fakeClock(Date.now()), ...input } = o
  const lines: string[] = []
  const audit: AuditEntry[] = []
  const log = pino({ level: "debug", base: null }, { write: (line) => lines.push(line) })
  const hosts = hostNames({})
  const config = readAuthConfig({ access: "token", tokenSecret: SECRET, ...input })
  const authority = openAuthority({ store, config, hosts, clock, log })
  let renewals = 0
  const renew = authority.renew.bind(authority)
  authority.renew = async (...args) => {
    const renewed = await renew(...args)
    renewals += 1
    return renewed
  }
  const app = createHttpApp({
    hosts,
    authority,
    store,
    audit: (entry) => audit.push(entry),
    readiness: () => ({ state: "ready" }),
    webFolder: import.meta.dirname,
    limits: DEFAULT_SERVER_LIMITS,
    log,
  })
  const sync = attach({ server: app.server, store, authority, clock, log })
  const address = await app.listen({ port: 0, host: "127.0.0.1" })

  return {
    clock,
    authority,
    store,
    log: lines,
    audit,
    address,
    sync: (name) => `${address.replace("http", "ws")}/sync/${encodeURIComponent(name)}`,
    renewals: () => renewals,
    token: (claims) => tokenFor(clock, claims),
    fetch: (method, path, { headers = {}, token, body } = {}) =>
      fetch(address + path, {
        method,
        headers: {
          ...headers,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    async [Symbol.asyncDispose]() {
      await sync.close()
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/** Notes the routes of a server that starts meanwhile, as `METHOD /path`. */
export async function routesWhile<T>(start: () => Promise<T>): Promise<{ result: T; routes: readonly string[] }> {
  const routes: string[] = []
  const note = (message: unknown): void => {
    if (!isAnnouncement(message)) return
    message.fastify.addHook("onRoute", ({ method, url }) => {
      for (const one of [method].flat()) routes.push(`${one} ${url}`)
    })
  }
  // Fastify announces each new server before it has any routes.
  subscribe("fastify.initialization", note)
  try {
    return { result: await start(), routes }
  } finally {
    unsubscribe("fastify.initialization", note)
  }
}

function isAnnouncement(message: unknown): message is { readonly fastify: FastifyInstance } {
  return typeof message === "object" && message !== null && "fastify" in message
}

/** A token as the host application would sign it: Ann's, for writing in "minutes", for an hour. */
export async function tokenFor(clock: FakeClock, claims: TestClaims = {}): Promise<string> {
  const { endsIn = 3600, beginsIn, ...rest } = claims
  const now = Math.floor(clock.now() / 1000)
  const token = new SignJWT({ sub: "ann", doc: "minutes", access: "write", ...rest })
    .setProtectedHeader({ alg: "HS256" })
    .setExpirationTime(now + endsIn)
  if (beginsIn !== undefined) token.setNotBefore(now + beginsIn)
  return token.sign(new TextEncoder().encode(SECRET))
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf(answer: Response): string {
  return answer.headers.get("set-cookie")?.split(";")[0] ?? ""
}
