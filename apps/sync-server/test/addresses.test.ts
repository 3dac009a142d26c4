import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { OFFER_HEADER } from "@ligature/protocol"
import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { readConfig, startServer } from "../src/index.ts"
import { silentLog } from "../src/server-log.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** What a stranger wrote, what the outer proxy heard it from, what the inner one did. */
const FORGED = "192.0.2.66"
const VISITOR = "203.0.113.7"
const OUTER = "198.51.100.2"

interface Site extends AsyncDisposable {
  readonly address: string
  /** Addresses in the audit log of what was done with this header, one for each action. */
  audited(forwarded: string): Promise<Record<string, string | null>>
  /** Addresses in the log so far, each once. */
  logged(): unknown[]
}

async function site(trustProxy: number, limits: readonly string[] = ["close-timeout=50ms"]): Promise<Site> {
  const folder = await temporaryFolder()
  const audit = join(folder.path, "audit.log")
  const lines: object[] = []
  const note = (facts: unknown): void => void (typeof facts === "object" && facts !== null && lines.push(facts))
  const config = readConfig({ port: 0, data: join(folder.path, "data"), trustProxy, auditLog: audit, limits })
  const server = await startServer(config, { log: { ...silentLog, debug: note, info: note } })
  const { origin, host } = server.address
  return {
    address: origin,
    async audited(forwarded) {
      const headers = { "x-forwarded-for": forwarded }
      const name = "AAAAAAAAAAAAAAAAAAAAAA"
      using writer = await new RawClient(`ws://${host}/sync/${name}`).loaded()
      writer.doc.getText("text").insert(0, "words")
      await writer.saved()
      const before = (await readFile(audit, "utf8")).length
      lines.length = 0
      const socket = new WebSocket(`ws://${host}/sync/${name}`, "ligature.v1", { headers })
      await once(socket, "message")
      const nowhere = new WebSocket(`ws://${host}/sync/`, "ligature.v1", { headers })
      await once(nowhere, "close")
      const offer = { ...headers, [OFFER_HEADER]: "ligature.v1" }
      const poll = await fetch(`${origin}/sync/${name}?EIO=4&transport=polling&n=1`, { headers: offer })
      expect(poll.status).toBe(200)
      const api = `${origin}/api/documents/${name}`
      for (const [method, path] of [
        ["PUT", "/links/read"],
        ["POST", `/restore-points/${Date.now()}/copy`],
        ["DELETE", ""],
      ] as const) {
        const answer = await fetch(api + path, { method, headers })
        expect(answer.ok, `${method} ${path}: ${await answer.text()}`).toBe(true)
      }
      await expect.poll(async () => (await readFile(audit, "utf8")).includes('"trash"')).toBe(true)
      const entries = (await readFile(audit, "utf8")).slice(before).trimEnd().split("\n")
      const addresses = entries.map((line): [string, string | null] => {
        const { action, result, address } = JSON.parse(line)
        return [result.startsWith("refused") ? "refuse" : action, address]
      })
      return Object.fromEntries(addresses)
    },
    logged: () => [...new Set(lines.flatMap((line) => ("address" in line ? [line.address] : [])))],
    async [Symbol.asyncDispose]() {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test.each<[string, trustProxy: number, forwarded: string, expected: string]>([
  ["no proxy of ours: whatever the header says", 0, `${FORGED}, ${VISITOR}, ${OUTER}`, "127.0.0.1"],
  ["one: the last entry, which it wrote itself", 1, `${FORGED}, ${VISITOR}`, VISITOR],
  ["two: the last but one", 2, `${FORGED}, ${VISITOR}, ${OUTER}`, VISITOR],
  ["two, and somebody got past the outer one", 2, FORGED, "127.0.0.1"],
  ["one, and an entry that is no address", 1, `${VISITOR}, "evil"`, "127.0.0.1"],
])("audit and log name the address that limits count. %s", async (_story, trustProxy, forwarded, expected) => {
  await using here = await site(trustProxy)
  expect(await here.audited(forwarded)).toEqual({
    open: expected,
    refuse: expected,
    "make-read-link": expected,
    "restore-copy": expected,
    trash: expected,
  })
  expect(here.logged()).toEqual([expected])
})

test.each([0, 1, 2])(
  "behind %i proxies nobody gets past a limit by writing addresses before their own",
  async (proxies) => {
    await using here = await site(proxies, ["request-burst=3", "requests-per-second=1"])
    const way = [VISITOR, OUTER].slice(0, proxies)
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) {
      const headers = { "x-forwarded-for": [`192.0.2.${n}`, ...way].join(", ") }
      statuses.push((await fetch(`${here.address}/api/server`, { headers })).status)
    }
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2)
    // Somebody else is not held up, where proxies tell them apart.
    const [, ...rest] = way
    const other = { "x-forwarded-for": ["203.0.113.8", ...rest].join(", ") }
    const { status } = await fetch(`${here.address}/api/server`, { headers: other })
    expect(status === 429).toBe(proxies === 0)
  },
)
