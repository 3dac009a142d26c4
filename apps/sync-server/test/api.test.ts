import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { RawClient } from "./raw-client.ts"
import { SAMPLE_IMAGES } from "./sample-images.ts"
import { testServer, type TestServer } from "./test-server.ts"

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.address}${path}`, init)

async function create(body: string, query = ""): Promise<string> {
  const answer = await ask(`/api/documents${query}`, {
    method: "POST",
    headers: { "content-type": "text/markdown" },
    body,
  })
  expect(answer.status).toBe(201)
  const { name }: { name: string } = await answer.json()
  return name
}

/** A document with a line in it, as an update: making one of a text takes a thread of its own. */
async function createLine(): Promise<string> {
  const doc = new Y.Doc()
  doc.getText("flow").insert(0, "A line.")
  const body = Buffer.from(Y.encodeStateAsUpdate(doc))
  const answer = await ask("/api/documents", {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body,
  })
  const { name }: { name: string } = await answer.json()
  return name
}

describe("making a document", () => {
  test("of Markdown: it has a name nobody can guess, and reads as it was given", async () => {
    const name = await create("# Minutes\n\nWe met.\n")
    expect(name).toMatch(/^[\w-]{22}$/)
    const answer = await ask(`/api/documents/${name}/content`)
    expect(answer.headers.get("content-type")).toBe("text/markdown; charset=utf-8")
    expect(await answer.text()).toBe("# Minutes\n\nWe met.\n")
  })

  test("of HTML, with a name and a title of its own", async () => {
    const answer = await ask("/api/documents?name=plan&title=The%20plan", {
      method: "POST",
      headers: { "content-type": "text/html" },
      body: "<p>First <b>this</b></p><script>alert(1)</script>",
    })
    expect(answer.headers.get("location")).toBe("/api/documents/plan")
    const content = await (await ask("/api/documents/plan/content")).text()
    expect(content).toBe("# The plan\n\nFirst **this**\n")
  })

  test("of an update, and of nothing but a title", async () => {
    const doc = new Y.Doc()
    doc.getText("theirs").insert(0, "another application's text")
    const made = await ask("/api/documents?name=theirs", {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.from(Y.encodeStateAsUpdate(doc)),
    })
    expect(made.status).toBe(201)
    const copy = new Y.Doc()
    Y.applyUpdate(copy, new Uint8Array(await (await ask("/api/documents/theirs/content?format=update")).arrayBuffer()))
    expect(copy.getText("theirs").toJSON()).toBe("another application's text")
    const titled = await ask("/api/documents?title=Agenda", { method: "POST" })
    expect(titled.status).toBe(201)
  })

  test("twice under one name is a conflict", async () => {
    await create("one", "?name=once")
    const answer = await ask("/api/documents?name=once", {
      method: "POST",
      headers: { "content-type": "text/markdown" },
      body: "two",
    })
    expect(answer.status).toBe(409)
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8")
    expect(await answer.json()).toMatchObject({ type: "urn:ligature:problem:document-exists", status: 409 })
  })
})

describe("a document", () => {
  test("that was made over HTTP is there for those who write, and what they write is there over HTTP", async () => {
    const name = await create("An agenda.\n")
    using writer = await new RawClient(`${server.sync}/${name}`).loaded()
    expect(writer.doc.getText("flow").toJSON()).toContain("An agenda.")
    writer.doc.getText("title").insert(0, "Tuesday")
    await writer.saved()
    expect(await (await ask(`/api/documents/${name}/content?format=text`)).text()).toContain("Tuesday")
    expect(await (await ask(`/api/documents/${name}`)).json()).toMatchObject({ name, sessions: 1 })
  })

  test("an update over HTTP reaches those who are there", async () => {
    const name = await createLine()
    using reader = await new RawClient(`${server.sync}/${name}`).loaded()
    const doc = new Y.Doc()
    doc.getMap("meta").set("language", "de")
    const answer = await ask(`/api/documents/${name}/updates`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: Buffer.from(Y.encodeStateAsUpdate(doc)),
    })
    expect(answer.status).toBe(204)
    await reader.until(() => reader.doc.getMap("meta").get("language") === "de")
  })

  test("copied, goes its own way", async () => {
    const name = await create("# Original\n\nText.\n")
    const answer = await ask(`/api/documents/${name}/copy?name=the-copy`, { method: "POST" })
    expect(answer.status).toBe(201)
    using writer = await new RawClient(`${server.sync}/the-copy`, { browserSecret: "a writer of the copy" }).loaded()
    writer.doc.getText("title").insert(0, "Copy of ")
    await writer.saved()
    expect(await (await ask("/api/documents/the-copy/content")).text()).toBe("# Copy of Original\n\nText.\n")
    expect(await (await ask(`/api/documents/${name}/content`)).text()).toBe("# Original\n\nText.\n")
  })

  test("says who is there, by what they show of themselves", async () => {
    const name = await createLine()
    using writer = await new RawClient(`${server.sync}/${name}`).loaded()
    const presence = JSON.stringify({ user: { name: "Ada", color: "#336699" } })
    const entry = [1, writer.doc.clientID % 100, 1, presence.length, ...Buffer.from(presence)]
    writer.sendFrame(Uint8Array.from([1, entry.length, ...entry]))
    writer.doc.getText("flow").insert(0, ".")
    await writer.saved()
    expect(await (await ask(`/api/documents/${name}/sessions`)).json()).toMatchObject({
      sessions: [{ access: "write", name: "Ada", color: "#336699" }],
    })
  })

  test.each([
    ["GET", "/api/documents/nowhere", 404, "no-such-document"],
    ["GET", "/api/documents/nowhere/content", 404, "no-such-document"],
    ["GET", "/api/documents/plan/content?format=docx", 400, "bad-request"],
    ["GET", `/api/documents/${"n".repeat(201)}`, 400, "bad-document-name"],
    ["GET", "/api/documents", 403, "not-allowed"],
    ["GET", "/api/nothing", 404, "no-such-route"],
    ["POST", "/api/documents/nowhere/copy", 404, "no-such-document"],
  ])("%s %s is answered with %i and the reason", async (method, path, status, code) => {
    const answer = await ask(path, { method })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ type: `urn:ligature:problem:${code}`, status })
  })

  test("a body of another kind is refused, not guessed", async () => {
    const answer = await ask("/api/documents", {
      method: "POST",
      headers: { "content-type": "text/rtf" },
      body: "{\\rtf1}",
    })
    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ status: 415 })
  })
})

describe("deleting", () => {
  test("shows everybody the door, and can be taken back with every word", async () => {
    const name = await createLine()
    using writer = await new RawClient(`${server.sync}/${name}`).loaded()
    expect((await ask(`/api/documents/${name}`, { method: "DELETE" })).status).toBe(204)
    expect((await writer.closed).code).toBe(4404)
    expect((await ask(`/api/documents/${name}`)).status).toBe(410)
    expect((await ask(`/api/documents/${name}`, { method: "DELETE" })).status).toBe(404)
    expect((await ask(`/api/trash/${name}/restore`, { method: "POST" })).status).toBe(204)
    using back = await new RawClient(`${server.sync}/${name}`).loaded()
    expect(back.doc.getText("flow").toJSON()).toBe("A line.")
  })

  test("for good is for whoever rules the server, and for time", async () => {
    const name = await createLine()
    await ask(`/api/documents/${name}`, { method: "DELETE" })
    expect((await ask(`/api/trash/${name}`, { method: "DELETE" })).status).toBe(403)
    expect((await ask("/api/trash")).status).toBe(403)
  })
})

describe("images", () => {
  test("are kept for a document and served so that they can do nothing", async () => {
    const name = await createLine()
    const made = await ask(`/api/documents/${name}/uploads`, {
      method: "POST",
      headers: { "content-type": "text/html" },
      body: new Uint8Array(SAMPLE_IMAGES.png),
    })
    expect(made.status).toBe(201)
    const { address, type }: { address: string; type: string } = await made.json()
    expect(type).toBe("image/png")
    const file = await ask(address)
    expect(Buffer.from(await file.arrayBuffer())).toEqual(SAMPLE_IMAGES.png)
    expect(file.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox")
    expect(file.headers.get("x-content-type-options")).toBe("nosniff")
    expect(file.headers.get("content-disposition")).toBe("inline")
  })

  test("that may hold scripts are only ever saved", async () => {
    const name = await createLine()
    const made = await ask(`/api/documents/${name}/uploads`, {
      method: "POST",
      body: new Uint8Array(SAMPLE_IMAGES.svg),
    })
    const { address }: { address: string } = await made.json()
    expect((await ask(address)).headers.get("content-disposition")).toBe("attachment")
  })

  test.each([
    ["a page", Buffer.from("<!doctype html><script>alert(1)</script>"), 415],
    ["nothing", Buffer.alloc(0), 400],
    ["more than a file may have", Buffer.concat([SAMPLE_IMAGES.png, Buffer.alloc(20 * 1024 * 1024)]), 413],
  ])("%s is refused and not kept", async (_what, body, status) => {
    const name = await createLine()
    const before = await readdir(join(server.data, "blobs"))
    const answer = await ask(`/api/documents/${name}/uploads`, { method: "POST", body: new Uint8Array(body) })
    expect(answer.status).toBe(status)
    expect(await readdir(join(server.data, "blobs"))).toEqual(before)
    expect(await readdir(join(server.data, "blobs", "incoming"))).toEqual([])
  })

  test("need a document", async () => {
    const answer = await ask("/api/documents/nowhere/uploads", {
      method: "POST",
      body: new Uint8Array(SAMPLE_IMAGES.png),
    })
    expect(answer.status).toBe(404)
  })
})

const PAGE = fileURLToPath(new URL("../../../docs/http-api.md", import.meta.url))

describe("the description", () => {
  test("docs/http-api.md lists every route", async () => {
    const api: { paths: Record<string, Record<string, { summary?: string; tags?: string[] }>> } = await (
      await ask("/api/openapi.json")
    ).json()
    const rows = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary }]) => `| \`${method.toUpperCase()} ${path}\` | ${summary} |`),
    )
    const [before = "", rest = ""] = (await readFile(PAGE, "utf8")).split(/(?<=<!-- routes: .* -->\n)/)
    const [table = "", after = ""] = rest.split(/(?=<!-- end -->)/)
    const page = `${before}\n| Route | What it does |\n| --- | --- |\n${rows.join("\n")}\n\n${after}`
    if (process.env["UPDATE"] !== undefined) await writeFile(PAGE, page)
    const listed = table.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.replaceAll(/ +/g, " ")] : []))
    expect(process.env["UPDATE"] === undefined ? listed : rows).toEqual(rows)
  })

  test("is OpenAPI 3.1 and names every route, each with what it is for", async () => {
    const answer = await ask("/api/openapi.json")
    const api: { openapi: string; paths: Record<string, Record<string, { summary?: string; operationId?: string }>> } =
      await answer.json()
    expect(api.openapi).toBe("3.1.0")
    expect(Object.keys(api.paths)).toContain("/api/documents/{document}/content")
    const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { summary, operationId }]) => ({
        route: `${method} ${path}`,
        summary,
        operationId,
      })),
    )
    expect(operations.filter(({ summary }) => summary === undefined).map(({ route }) => route)).toEqual([])
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
