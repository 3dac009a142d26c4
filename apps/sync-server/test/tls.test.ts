import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { copyFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { connect, type TLSSocket } from "node:tls"
import { expect, test } from "vitest"
import { WebSocket } from "ws"
import { readConfig, startServer, type RunningServer } from "../src/index.ts"
import { silentLog } from "../src/server-log.ts"
import { startLigature } from "./ligature-process.ts"
import { temporaryFolder } from "./temporary-folder.ts"

interface Site extends AsyncDisposable {
  readonly server: RunningServer
  readonly port: number
  readonly folder: string
  /** Sentences of errors in the log. */
  readonly errors: string[]
  /** A certificate for this name lies where the server looks. */
  install(name: string): Promise<void>
  /** The name that the server shows itself under now. */
  name(): Promise<string>
}

async function site(): Promise<Site> {
  const folder = await temporaryFolder()
  const [cert, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")]
  makeCertificate(folder.path, "first.test")
  await copyFile(join(folder.path, "first.test.cert"), cert)
  await copyFile(join(folder.path, "first.test.key"), key)
  const errors: string[] = []
  const log = { ...silentLog, error: (_facts: unknown, sentence?: string) => errors.push(sentence ?? "") }
  const config = readConfig({ port: 0, data: join(folder.path, "data"), tlsCert: cert, tlsKey: key })
  const server = await startServer(config, { log })
  const port = Number(server.address.port)
  return {
    server,
    port,
    folder: folder.path,
    errors,
    async install(name) {
      makeCertificate(folder.path, name)
      await copyFile(join(folder.path, `${name}.cert`), cert)
      await copyFile(join(folder.path, `${name}.key`), key)
    },
    async name() {
      using socket = await handshake(port)
      return String(socket.tls.getPeerCertificate().subject.CN)
    },
    async [Symbol.asyncDispose]() {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test("pages and documents come over TLS on the same port", async () => {
  await using here = await site()
  expect(here.server.address.href).toBe(`https://127.0.0.1:${here.port}/`)
  using socket = await handshake(here.port)
  socket.tls.write("GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
  const [answer] = await once(socket.tls, "data")
  expect(String(answer)).toContain("200 OK")

  const websocket = new WebSocket(`wss://127.0.0.1:${here.port}/sync/minutes`, { rejectUnauthorized: false })
  const [first] = await once(websocket, "message")
  expect(first).toBeInstanceOf(Buffer)
  websocket.terminate()
})

test("a new certificate is taken up; what is open stays open", async () => {
  await using here = await site()
  const before = new WebSocket(`wss://127.0.0.1:${here.port}/sync/minutes`, { rejectUnauthorized: false })
  await once(before, "open")
  expect(await here.name()).toBe("first.test")
  await here.install("second.test")
  expect(await here.name()).toBe("first.test")
  await here.server.reloadCertificate()
  expect(await here.name()).toBe("second.test")
  expect(before.readyState).toBe(WebSocket.OPEN)
  before.terminate()
})

test.each<[string, (here: Site) => Promise<void>]>([
  ["is cut short", (here) => writeFile(join(here.folder, "cert.pem"), "-----BEGIN CERTIFICATE-----\nMIIB")],
  ["belongs to another key", (here) => copyFile(join(here.folder, "other.test.cert"), join(here.folder, "cert.pem"))],
])("a new certificate that %s is refused, the old one stays, and the log says so", async (_story, spoil) => {
  await using here = await site()
  makeCertificate(here.folder, "other.test")
  await spoil(here)
  await here.server.reloadCertificate()
  expect(await here.name()).toBe("first.test")
  expect(here.errors).toEqual(["the new certificate cannot be used; the old one stays in use"])
})

test("SIGHUP: new visitors get the new certificate, open connections live, a broken file changes nothing and is named", async () => {
  await using folder = await temporaryFolder()
  const [cert, key] = [join(folder.path, "cert.pem"), join(folder.path, "key.pem")]
  const install = async (name: string): Promise<void> => {
    makeCertificate(folder.path, name)
    await copyFile(join(folder.path, `${name}.cert`), cert)
    await copyFile(join(folder.path, `${name}.key`), key)
  }
  await install("first.test")
  const args = ["--tls-cert", cert, "--tls-key", key, "--log-level", "info"]
  await using server = await startLigature(join(folder.path, "data"), { args })
  expect(server.address).toMatch(/^https:/)
  const name = async (): Promise<string> => {
    using socket = await handshake(server.port)
    return String(socket.tls.getPeerCertificate().subject.CN)
  }
  const websocket = new WebSocket(`wss://127.0.0.1:${server.port}/sync/minutes`, { rejectUnauthorized: false })
  await once(websocket, "message")
  expect(await name()).toBe("first.test")
  const timesTaken = (): number => server.stderr().split("a certificate is in use").length - 1
  expect(timesTaken()).toBe(1)

  await install("second.test")
  expect(await name(), "nobody has said so yet").toBe("first.test")
  server.kill("SIGHUP")
  await expect.poll(timesTaken).toBe(2)
  expect(await name()).toBe("second.test")

  await writeFile(cert, "-----BEGIN CERTIFICATE-----\nMIIB")
  server.kill("SIGHUP")
  await server.says("the old one stays in use")
  expect(server.stderr()).toContain(`The file ${cert} holds no certificate in PEM`)
  expect(await name()).toBe("second.test")

  await install("third.test")
  server.kill("SIGHUP")
  await expect.poll(timesTaken).toBe(3)
  expect(await name(), "and mended, it is taken up").toBe("third.test")

  // The connection of the first certificate is alive both ways.
  const pong = once(websocket, "pong")
  websocket.ping()
  await pong
  websocket.terminate()
  server.kill("SIGTERM")
  expect((await server.ended).code).toBe(0)
})

test("SIGHUP without a certificate ends no service: a reload of its unit would stop it for good", async () => {
  await using folder = await temporaryFolder()
  await using server = await startLigature(folder.path, { args: ["--log-level", "info"] })
  server.kill("SIGHUP")
  await server.says("there is no certificate to read again")
  expect((await fetch(`${server.address}/ready`)).status).toBe(200)
})

test("TLS 1.1 is not spoken", async () => {
  await using here = await site()
  await expect(handshake(here.port, "TLSv1.1")).rejects.toThrow(/alert|protocol|version/i)
  using socket = await handshake(here.port, "TLSv1.2")
  expect(socket.tls.getProtocol()).toBe("TLSv1.2")
})

test.each([
  [{ tlsCert: "cert.pem" }, "--tls-cert and --tls-key go together"],
  [{ tlsKey: "key.pem" }, "--tls-cert and --tls-key go together"],
])("one without the other is refused", (input, sentence) => {
  expect(() => readConfig(input)).toThrow(sentence)
})

test("a server whose certificate cannot be used does not start, and says which file", async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, "nothing.pem")
  const config = readConfig({ port: 0, data: folder.path, tlsCert: file, tlsKey: file })
  await expect(startServer(config)).rejects.toMatchObject({
    code: "BAD_CONFIG",
    message: expect.stringContaining(file),
  })
})

/** `<name>.cert` and `<name>.key`, for a day. */
function makeCertificate(folder: string, name: string): void {
  const files = ["-keyout", join(folder, `${name}.key`), "-out", join(folder, `${name}.cert`)]
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", `/CN=${name}`]
  execFileSync("openssl", ["req", "-x509", ...kind, ...files], { stdio: "ignore" })
}

async function handshake(
  port: number,
  maxVersion: "TLSv1.1" | "TLSv1.2" | "TLSv1.3" = "TLSv1.3",
): Promise<Disposable & { tls: TLSSocket }> {
  // Old versions need a lower security level to be offered at all.
  const tls = connect({
    port,
    host: "127.0.0.1",
    rejectUnauthorized: false,
    minVersion: "TLSv1.1",
    maxVersion,
    ciphers: "DEFAULT@SECLEVEL=0",
  })
  await once(tls, "secureConnect")
  return { tls, [Symbol.dispose]: () => tls.destroy() }
}
