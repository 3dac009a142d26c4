import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { CLOSE } from "@ligature/protocol"
import { openFaultyStore } from "../../../packages/store/src/faulty-store.ts"
import { openMemoryStore, StoreError } from "@ligature/store"
import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { startLigature } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { testServer } from "./test-server.ts"

test("metrics tell what happens, on a port of their own", async () => {
  await using folder = await temporaryFolder()
  const args = [
    "--metrics-port",
    "0",
    "--log-level",
    "info",
    "--limit",
    "request-burst=100",
    "--limit",
    "requests-per-second=1",
  ]
  await using server = await startLigature(folder.path, { args })
  await expect.poll(() => /"port":(\d+),.*metrics are served/.exec(server.stderr())?.[1]).toBeDefined()
  const port = Number(/"port":(\d+)/.exec(server.stderr())?.[1])
  const scrape = async (): Promise<Map<string, number>> => {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`)
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/)
    const lines = (await answer.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"))
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.split(" ").at(-1))]))
  }
  using ann = await new RawClient(`${server.sync}/minutes`).loaded()
  for (let n = 0; n < 10; n++) {
    ann.doc.getText("text").insert(0, "a word ")
    await ann.saved()
  }
  using bad = new RawClient(`${server.sync}/minutes`)
  await bad.until(() => bad.isLoaded)
  bad.sendFrame(Uint8Array.of(0, 2, 5, 9, 9, 9, 9, 9))
  expect((await bad.closed).code).toBe(CLOSE.malformed)
  using lost = new RawClient(`${server.sync}/`)
  expect((await lost.closed).code).toBe(CLOSE.noSuchDocument)

  const now = await scrape()
  expect(Object.fromEntries(now)).toMatchObject({
    ligature_connections: 1,
    ligature_rooms: 1,
    ligature_updates_total: 10,
    ligature_update_bytes_total: expect.toSatisfy((bytes: number) => bytes > 70),
    ligature_append_seconds_count: 10,
    ligature_append_updates_count: 10,
    ligature_append_updates_sum: 10,
    // One at a time: each append was a batch of the store.
    ligature_commit_seconds_count: 10,
    ligature_commit_writes_count: 10,
    ligature_commit_writes_sum: 10,
    ligature_unstored_bytes: 0,
    ligature_buffered_bytes: 0,
    ligature_store_failing: 0,
    'ligature_documents{state="live"}': 1,
    'ligature_closes_total{code="4422"}': 1,
    'ligature_refusals_total{reason="malformed"}': 1,
    'ligature_refusals_total{reason="noSuchDocument"}': 1,
  })
  expect(now.get("ligature_commit_seconds_sum")).toBeGreaterThan(0)
  expect(now.get("ligature_append_seconds_sum")).toBeGreaterThanOrEqual(now.get("ligature_commit_seconds_sum") ?? 0)
  expect(now.get("nodejs_eventloop_lag_p99_seconds")).toBeGreaterThan(0)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404)
  expect((await fetch(`${server.address}/metrics`)).status, "not where visitors come").toBe(404)

  // Several documents at once: what they append shares batches, as the disk lets it, and is counted apart from them.
  const others = await Promise.all(["a", "b", "c", "d"].map((name) => new RawClient(`${server.sync}/${name}`).loaded()))
  for (let n = 0; n < 50; n++) for (const other of others) other.doc.getText("text").insert(0, "a word ")
  await Promise.all(others.map((other) => other.saved()))
  const busy = await scrape()
  expect(busy.get("ligature_updates_total")).toBe(210)
  expect(busy.get("ligature_append_updates_sum")).toBe(210)
  expect(busy.get("ligature_commit_writes_sum")).toBe(busy.get("ligature_append_updates_count"))
  expect(busy.get("ligature_commit_seconds_count")).toBeLessThanOrEqual(busy.get("ligature_append_seconds_count") ?? 0)
  for (const other of others) other[Symbol.dispose]()

  for (let n = 0; n < 120; n++) await (await fetch(`${server.address}/health`)).text()
  expect((await scrape()).get('ligature_refusals_total{reason="requestRate"}')).toBeGreaterThan(0)

  ann.websocket.close()
  await ann.closed
  await expect.poll(async () => (await scrape()).get("ligature_connections")).toBe(0)
  expect((await scrape()).get('ligature_closes_total{code="peer"}')).toBe(5)
})

test("at any level, logs hold neither tokens nor secrets nor content, and no whole name of a document", async () => {
  await using folder = await temporaryFolder()
  const secrets = {
    query: "token-in-the-query-0123456789",
    offer: "dG9rZW4taW4tdGhlLW9mZmVyLTAxMjM0NTY3ODk",
    browser: "YnJvd3Nlci1zZWNyZXQtMDEyMzQ1Njc4OQ",
    cookie: "A".repeat(43),
    bearer: "bearer-token-0123456789",
    name: "k9x2v8q4w7e1r5t3y6u0i2o4p8",
    words: "nobody else may read these words",
  }
  const audit = join(folder.path, "audit.log")
  await using server = await startLigature(join(folder.path, "data"), {
    args: ["--log-level", "debug", "--audit-log", audit],
  })
  const headers = { cookie: `__Host-ligature=${secrets.cookie}`, authorization: `Bearer ${secrets.bearer}` }
  using ann = await new RawClient(`${server.sync}/${secrets.name}`).loaded()
  ann.doc.getText("text").insert(0, secrets.words)
  await ann.saved()
  const offers = ["ligature.v1", `ligature.token.${secrets.offer}`, `ligature.browser.${secrets.browser}`]
  for (const query of ["", `?token=${secrets.query}`]) {
    const socket = new WebSocket(`${server.sync}/${secrets.name}${query}`, offers, { headers })
    await new Promise((resolve) => socket.on("message", resolve).on("close", resolve).on("error", resolve))
    // An update that is refused over what is in it.
    const closed = new Promise((resolve) => socket.on("close", resolve).on("error", resolve))
    socket.send(Buffer.concat([Uint8Array.of(0, 2, secrets.words.length), Buffer.from(secrets.words)]), () => {})
    await closed
  }
  for (const path of [`/d/${secrets.name}`, `/nowhere/${secrets.name}?token=${secrets.query}`, "/api/nothing"]) {
    const answer = await fetch(server.address + path, { headers })
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f]{16}$/)
    await answer.text()
  }
  server.kill("SIGTERM")
  const { stderr } = await server.ended
  expect(stderr).toMatch(/"msg":"a request"/)
  expect(stderr).toMatch(/"session":"[0-9a-z]{10}".*"msg":"a session began"/)
  expect(stderr).toMatch(/"request":"[0-9a-f]{16}"/)
  for (const [what, secret] of Object.entries(secrets)) expect(stderr, `${what} in the log`).not.toContain(secret)

  const entries = (await readFile(audit, "utf8")).trimEnd().split("\n")
  expect(entries.length).toBeGreaterThanOrEqual(2)
  expect(JSON.parse(entries[0] ?? "")).toEqual({
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    who: null,
    document: secrets.name,
    action: "open",
    address: "127.0.0.1",
    result: "write",
  })
  const { name: _, ...others } = secrets
  const book = entries.join("\n")
  for (const [what, secret] of Object.entries(others)) expect(book, `${what} in the audit log`).not.toContain(secret)
})

test("ready says no while documents cannot be read, and yes again after one that could", async () => {
  const store = openFaultyStore(openMemoryStore())
  await using server = await testServer({ store })
  const ready = async (): Promise<unknown> => {
    const answer = await fetch(`${server.address}/ready`)
    return [answer.status, await answer.json()]
  }
  expect(await ready()).toEqual([200, { state: "ready" }])
  store.failReads(new StoreError("STORE_UNAVAILABLE", "the disk does not answer"))
  using ann = new RawClient(`${server.sync}/minutes`)
  expect((await ann.closed).code).toBe(CLOSE.storeUnavailable)
  expect(await ready()).toEqual([503, { state: "loads-failing" }])
  expect((await fetch(`${server.address}/health`)).status).toBe(200)
  store.failReads(null)
  using cleo = await new RawClient(`${server.sync}/minutes`).loaded()
  expect(cleo.isLoaded).toBe(true)
  expect(await ready()).toEqual([200, { state: "ready" }])
})

test("a port for metrics that is taken, and an audit log that cannot be written, keep the server from starting", async () => {
  await using folder = await temporaryFolder()
  await using first = await startLigature(join(folder.path, "a"))
  await expect(startLigature(join(folder.path, "b"), { args: ["--metrics-port", String(first.port)] })).rejects.toThrow(
    /ended with 1: Metrics cannot be served on 127\.0\.0\.1 port \d+ .*--metrics-port\.\n$/,
  )
  await expect(
    startLigature(join(folder.path, "b"), { args: ["--audit-log", join(folder.path, "no", "audit.log")] }),
  ).rejects.toThrow(/ended with 2: The audit log .* cannot be written/)
})
