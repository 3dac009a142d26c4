import { mkdir, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { openMemoryStore } from "@ligature/store"
import { describe, expect, test } from "vitest"
import { openAuthority } from "../src/auth/authority.ts"
import { keepRelease } from "../src/earlier-release.ts"
import { hostNames } from "../src/host-names.ts"
import { createHttpApp } from "../src/http-app.ts"
import type { Readiness } from "../src/readiness.ts"
import { DEFAULT_SERVER_LIMITS } from "../src/server-limits.ts"
import { silentLog } from "../src/server-log.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** The HTTP side with a small web app in it. */
async function httpApp(
  o: {
    built?: boolean
    readiness?: () => Readiness
    publicUrl?: string
    frameAncestors?: string[]
    earlierRelease?: string
  } = {},
) {
  const folder = await temporaryFolder()
  if (o.built !== false) {
    await mkdir(join(folder.path, "assets"))
    const files = {
      "index.html": "<!doctype html><title>Ligature</title>",
      "sw.js": "// service worker",
      "manifest.webmanifest": "{}",
      "assets/app-3fa9c1.js": "export {}",
      "assets/app-3fa9c1.js.br": "compressed",
      "assets/app-3fa9c1.css": "body {}",
    }
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
  }
  const app = createHttpApp({
    hosts: hostNames({ publicUrl: o.publicUrl === undefined ? null : new URL(o.publicUrl) }),
    authority: openAuthority(),
    store: openMemoryStore(),
    readiness: o.readiness ?? (() => ({ state: "ready" })),
    webFolder: folder.path,
    frameAncestors: o.frameAncestors ?? [],
    earlierRelease: o.earlierRelease ?? null,
    limits: DEFAULT_SERVER_LIMITS,
    log: silentLog,
  })
  return {
    get: (url: string, headers: Record<string, string> = {}) =>
      app.inject({ url, headers: { host: "127.0.0.1:8080", ...headers } }),
    async [Symbol.asyncDispose]() {
      await app.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe("the web app", () => {
  test.each(["/", "/d/k3v9", "/d/a%2Fb", `/d/${"n".repeat(200)}`, "/d/x?share=1"])(
    "%s is the page, asked for again at each visit",
    async (path) => {
      await using app = await httpApp()
      const answer = await app.get(path)
      expect(answer.statusCode).toBe(200)
      expect(answer.headers["content-type"]).toBe("text/html; charset=utf-8")
      expect(answer.headers["cache-control"]).toBe("no-cache")
      // By size and date, which npm makes equal, a new release would pass for the old one.
      expect(answer.headers["etag"] ?? answer.headers["last-modified"]).toBeUndefined()
      expect(answer.body).toContain("Ligature")
    },
  )

  test.each([
    ["/assets/app-3fa9c1.js", /^application\/javascript/, "public, max-age=31536000, immutable"],
    ["/assets/app-3fa9c1.css", /^text\/css/, "public, max-age=31536000, immutable"],
    ["/sw.js", /^application\/javascript/, "no-cache"],
    ["/manifest.webmanifest", /^application\/manifest\+json/, "no-cache"],
  ])("%s has its type and its caching", async (path, type, caching) => {
    await using app = await httpApp()
    const answer = await app.get(path)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers["content-type"]).toMatch(type)
    expect(answer.headers["cache-control"]).toBe(caching)
  })

  test.each([
    "/nothing",
    "/assets/app-000000.js",
    "/../package.json",
    "/%2e%2e/package.json",
    "/assets/",
    "/assets/%00",
  ])("there is nothing at %s, and no page either", async (path) => {
    await using app = await httpApp()
    const answer = await app.get(path)
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect(answer.statusCode).toBeLessThan(500)
    expect(answer.body).not.toContain("<!doctype")
  })

  test("what the build has compressed is sent so to those who take it", async () => {
    await using app = await httpApp()
    const small = await app.get("/assets/app-3fa9c1.js", { "accept-encoding": "gzip, br" })
    expect([small.headers["content-encoding"], small.body]).toEqual(["br", "compressed"])
    expect(small.headers["cache-control"]).toBe("public, max-age=31536000, immutable")
    expect(small.headers["content-type"]).toMatch(/^application\/javascript/)
    const plain = await app.get("/assets/app-3fa9c1.js")
    expect([plain.headers["content-encoding"], plain.body]).toEqual([undefined, "export {}"])
    expect(plain.headers["vary"]).toBe("accept-encoding")
  })

  test("a broken link that somebody follows leads to the app, which says so; a program gets a plain answer", async () => {
    await using app = await httpApp()
    const visit = await app.get("/documents/old", { accept: "text/html,application/xhtml+xml" })
    expect([visit.statusCode, visit.headers["content-type"]]).toEqual([404, "text/html; charset=utf-8"])
    expect(visit.body).toContain("Ligature")
    const image = await app.get("/favicon.ico", { accept: "text/html" })
    expect(image.body).not.toContain("<!doctype")
  })

  test("a page that was opened before an upgrade still gets its parts", async () => {
    await using folder = await temporaryFolder()
    const [web, kept] = [join(folder.path, "web"), join(folder.path, "kept")]
    const release = async (...names: string[]): Promise<void> => {
      await rm(join(web, "assets"), { recursive: true, force: true })
      await mkdir(join(web, "assets"), { recursive: true })
      for (const name of names) await writeFile(join(web, "assets", name), `// ${name}`)
      await keepRelease(join(web, "assets"), kept)
    }
    await release("app-1.js", "same.js")
    await release("app-2.js", "same.js")
    await using app = await httpApp({ earlierRelease: kept })
    const answer = await app.get("/assets/app-1.js")
    expect(answer.body).toBe("// app-1.js")
    expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable")
    expect((await app.get("/assets/.releases.json")).statusCode).toBe(404)
    await release("app-3.js")
    await release("app-3.js")
    expect((await app.get("/assets/app-1.js")).body).toBe("// app-1.js")
    await release("app-4.js")
    expect((await app.get("/assets/app-1.js")).statusCode).toBe(404)
    expect((await app.get("/assets/app-2.js")).body).toBe("// app-2.js")
  })

  test("a page that is not built says so", async () => {
    await using app = await httpApp({ built: false })
    const answer = await app.get("/")
    expect(answer.statusCode).toBe(503)
    expect(answer.body).toContain("npm run build")
  })
})

describe("what watches the server", () => {
  test("health and readiness", async () => {
    let readiness: Readiness = { state: "ready" }
    await using app = await httpApp({ readiness: () => readiness })
    expect((await app.get("/health")).statusCode).toBe(200)
    expect((await app.get("/ready")).statusCode).toBe(200)
    for (const state of ["store-failing", "draining"] as const) {
      readiness = { state }
      const answer = await app.get("/ready")
      expect([answer.statusCode, answer.json()]).toEqual([503, { state }])
      expect((await app.get("/health")).statusCode).toBe(200)
    }
  })

  test("reaches it by any name", async () => {
    await using app = await httpApp()
    expect((await app.get("/health", { host: "ligature.internal:8080" })).statusCode).toBe(200)
  })
})

describe("headers", () => {
  test.each(["/", "/health", "/nothing", "/assets/app-3fa9c1.js"])(
    "%s allows no foreign script, frame or guess",
    async (path) => {
      await using app = await httpApp()
      const { headers } = await app.get(path)
      const policy = String(headers["content-security-policy"])
      expect(policy).toMatch(/script-src 'self'(;|$)/)
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("connect-src 'self' ws://127.0.0.1:8080 wss://127.0.0.1:8080;")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(headers["x-frame-options"]).toBe("DENY")
      // No string becomes HTML or a script's address, whatever a library does.
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).toMatch(/trusted-types ProseMirrorClipboard ligature(;|$)/)
      expect(headers["x-content-type-options"]).toBe("nosniff")
      expect(headers["referrer-policy"]).toBe("no-referrer")
    },
  )
})

test("sites that were named may show the app in a frame, and only they", async () => {
  await using app = await httpApp({ frameAncestors: ["https://intranet.example.org", "https://wiki.example.org"] })
  const { headers } = await app.get("/d/k3v9")
  expect(headers["content-security-policy"]).toContain(
    "frame-ancestors https://intranet.example.org https://wiki.example.org;",
  )
  expect(headers["x-frame-options"]).toBeUndefined()
})

describe("the name it is called by", () => {
  test.each(["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "a b", "localhost@evil.example"])(
    "%s is not ours: 421",
    async (host) => {
      await using app = await httpApp()
      const answer = await app.get("/", { host })
      expect(answer.statusCode).toBe(421)
      expect(answer.body).not.toContain("<!doctype")
    },
  )

  test.each([
    "localhost:8080",
    "127.0.0.1",
    "[::1]:8080",
    "192.168.1.20:8080",
    "ligature.localhost",
    "docs.example.org",
  ])("%s is", async (host) => {
    await using app = await httpApp({ publicUrl: "https://docs.example.org" })
    expect((await app.get("/", { host })).statusCode).toBe(200)
  })
})
