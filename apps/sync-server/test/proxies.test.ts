import { spawn, type SpawnOptions, spawnSync, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { readFile, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { join } from "node:path"
import { openDocument, type OpenDocument, type OpenDocumentOptions } from "@ligature/provider"
import { CLOSE } from "@ligature/protocol"
import { describe, expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import type { ServerLimits } from "../src/index.ts"
import { listenAnywhere } from "./free-port.ts"
import { RawClient } from "./raw-client.ts"
import { temporaryFolder } from "./temporary-folder.ts"
import { testServer, type TestServer } from "./test-server.ts"

interface ProxyKind {
  readonly name: string
  /** Language of its configuration in docs/self-hosting.md. */
  readonly language: string
  /** What stands there, for the ports of a test and without https. */
  adapt(configuration: string, ports: { readonly listen: number; readonly server: number }, folder: string): string
  run(file: string, folder: string): ChildProcess
}

const quiet: SpawnOptions = { stdio: ["ignore", "ignore", "pipe"] }

const PROXIES: readonly ProxyKind[] = [
  {
    name: "nginx",
    language: "nginx",
    adapt(configuration, { listen, server }, folder) {
      const site = configuration
        .replace("listen 443 ssl;", `listen 127.0.0.1:${listen};`)
        .replaceAll(/^ *ssl_.*$/gm, "")
        .replace("127.0.0.1:8080", `127.0.0.1:${server}`)
      const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
        (kind) => `${kind}_temp_path ${folder}/${kind};`,
      )
      // Its workers may not look into root's folders otherwise.
      const user = process.getuid?.() === 0 ? "user root;\n" : ""
      return `${user}daemon off;\npid ${folder}/nginx.pid;\nevents {}\nhttp {\naccess_log off;\n${folders.join("\n")}\n${site}\n}\n`
    },
    run: (file, folder) => spawn("nginx", ["-p", folder, "-c", file, "-e", join(folder, "error.log")], quiet),
  },
  {
    name: "haproxy",
    language: "haproxy",
    adapt: (configuration, { listen, server }) =>
      configuration
        .replace(/bind :443.*$/m, `bind 127.0.0.1:${listen}`)
        .replace("127.0.0.1:8080", `127.0.0.1:${server}`),
    run: (file) => spawn("haproxy", ["-db", "-f", file], quiet),
  },
  {
    name: "caddy",
    language: "caddy",
    adapt: (configuration, { listen, server }) =>
      `{\n admin off\n auto_https off\n}\n${configuration.replace("docs.example.org", `http://127.0.0.1:${listen}`).replace("127.0.0.1:8080", `127.0.0.1:${server}`)}`,
    run: (file) => spawn("caddy", ["run", "--adapter", "caddyfile", "--config", file], quiet),
  },
]

for (const kind of PROXIES) {
  const isInstalled = spawnSync(kind.name, ["-v"]).error === undefined
  describe.skipIf(!isInstalled)(
    `${kind.name}, as configured in docs/self-hosting.md${isInstalled ? "" : " (not installed here)"}`,
    () => {
      test("passes WebSockets", async () => {
        await using site = await siteBehind(kind)
        const [ann, ben] = [writer(site.origin), writer(site.origin)]
        await wroteTogether(ann, ben)
        expect(ann.status).toEqual({ state: "saved" })
      })

      test("passes long-polling, where WebSockets do not get as far as it", async () => {
        await using site = await siteBehind(kind)
        const ann = writer(site.origin, { WebSocket: NoWebSocket })
        await wroteTogether(ann, writer(site.origin))
        expect(ann.status).toEqual({ state: "saved", way: "polling" })
        // What a WebSocket would carry in one message goes in one request.
        ann.doc.getText("flow").insert(0, "x".repeat(1_000_000))
        await until(ann, () => ann.status.state === "saved")
      })

      test("tells whose address it is, whatever they say themselves", async () => {
        await using site = await siteBehind(kind, { connectionsPerAddress: 1 })
        using first = await new RawClient(`${site.sync}/minutes`).loaded()
        const second = new WebSocket(`${site.sync}/minutes`, { headers: { "x-forwarded-for": "203.0.113.9" } })
        const [code] = await once(second, "close")
        expect(code).toBe(CLOSE.slowDown)
        expect(first.websocket.readyState).toBe(WebSocket.OPEN)
      })
    },
  )
}

interface Site extends AsyncDisposable {
  readonly origin: string
  readonly sync: string
}

async function siteBehind(kind: ProxyKind, limits: Partial<ServerLimits> = {}): Promise<Site> {
  const folder = await temporaryFolder()
  const server: TestServer = await testServer({ trustProxy: 1, limits: { closeTimeoutMs: 200, ...limits } })
  const listen = await portToBe()
  const file = join(folder.path, "proxy.conf")
  await writeFile(file, kind.adapt(await documented(kind.language), { listen, server: server.port }, folder.path))
  const proxy = kind.run(file, folder.path)
  let said = ""
  proxy.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()))
  const ended = once(proxy, "exit")
  const origin = `http://127.0.0.1:${listen}`
  await isUp(origin, ended, () => said)
  return {
    origin,
    sync: `ws://127.0.0.1:${listen}/sync`,
    async [Symbol.asyncDispose]() {
      proxy.kill("SIGTERM")
      await ended
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** The block of this language in docs/self-hosting.md. */
async function documented(language: string): Promise<string> {
  const page = await readFile(new URL("../../../docs/self-hosting.md", import.meta.url), "utf8")
  const block = new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(page)?.[1]
  if (block === undefined) throw new Error(`docs/self-hosting.md has no configuration for ${language}`)
  return block
}

/** A port that was free a moment ago: these programs cannot pick one themselves. */
async function portToBe(): Promise<number> {
  const server = createServer()
  const port = await listenAnywhere(server)
  server.close()
  await once(server, "close")
  return port
}

/** Resolves when the server can be reached through the proxy; rejects with what the proxy said if it ends instead. */
async function isUp(origin: string, ended: Promise<unknown>, said: () => string): Promise<void> {
  const proxy = { hasEnded: false }
  void ended.then(() => (proxy.hasEnded = true))
  while (!proxy.hasEnded) {
    const answer = await fetch(`${origin}/ready`).catch(() => null)
    if (answer?.ok === true) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`the proxy did not start:\n${said()}`)
}

/** The networks between here and there let none through. */
class NoWebSocket extends WebSocket {
  constructor() {
    super("ws://127.0.0.1:9/")
  }
}

function writer(origin: string, options: Partial<OpenDocumentOptions> = {}): OpenDocument {
  const document = openDocument({
    url: origin,
    document: "minutes",
    WebSocket,
    localStore: false,
    random: () => 0,
    ...options,
  })
  onTestFinished(() => document.destroy())
  return document
}

async function wroteTogether(ann: OpenDocument, ben: OpenDocument): Promise<void> {
  await ann.whenLoaded
  ann.doc.getText("flow").insert(0, "ann")
  await until(ben, () => textOf(ben) === "ann")
  ben.doc.getText("flow").insert(3, " and ben")
  await until(ann, () => textOf(ann) === "ann and ben" && ann.status.state === "saved")
  await until(ben, () => ben.status.state === "saved")
}

function textOf({ doc }: OpenDocument): string {
  return doc.getText("flow").toJSON()
}

/** Resolves as soon as the condition holds; it is looked at after every change of status or document. */
async function until(document: OpenDocument, condition: () => boolean): Promise<void> {
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!condition()) return
      stop()
      document.doc.off("afterTransaction", look)
      resolve()
    }
    const stop = document.onStatus(look)
    document.doc.on("afterTransaction", look)
    look()
  })
}
