import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { encodeUpstream } from "@ligature/protocol"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { type LigatureProcess, startLigature } from "./ligature-process.ts"
import { RawClient } from "./raw-client.ts"
import { frame, OPCODE, RawSocket } from "./raw-frames.ts"
import { memoryOf } from "./server-memory.ts"
import { temporaryFolder } from "./temporary-folder.ts"

// What a crowd, and what a few who mean no good, cost a server of the default limits. `npm test` runs each story small; the figures
// in docs/reliability.md are of the full size: `npm run soak -- apps/sync-server/test/load.test.ts`.

const FULL = process.env["LOAD"] === "full"
const MEGABYTE = 2 ** 20

function figure(sentence: string): void {
  if (FULL) process.stdout.write(`  figure: ${sentence}\n`)
}

/** Runs with a server of its own, in a process of its own. */
async function withServer(
  run: (server: LigatureProcess, data: string) => Promise<void>,
  args: readonly string[] = [],
): Promise<void> {
  await using folder = await temporaryFolder()
  await using server = await startLigature(folder.path, { args })
  await run(server, folder.path)
}

describe("an office of 200 people behind one address", () => {
  test(
    "opens a document at once, writes in it, and comes back at once after a restart",
    { timeout: 60_000 },
    async () => {
      await using folder = await temporaryFolder()
      const people = Array.from({ length: 200 }, (_, index) => index)
      {
        await using server = await startLigature(folder.path)
        const office = people.map(() => new RawClient(`${server.sync}/minutes`))
        await Promise.all(office.map((person) => person.loaded()))
        for (const [index, person] of office.entries())
          if (index % 10 === 0) person.doc.getMap("here").set(String(index), true)
        await Promise.all(office.map((person) => person.saved()))
        server.kill("SIGTERM")
        const goodbyes = await Promise.all(office.map((person) => person.closed))
        expect(new Set(goodbyes.map(({ code }) => code))).toEqual(new Set([1012]))
        expect((await server.ended).code).toBe(0)
        for (const person of office) person[Symbol.dispose]()
      }
      await using server = await startLigature(folder.path)
      const office = people.map(() => new RawClient(`${server.sync}/minutes`))
      await Promise.all(office.map((person) => person.loaded()))
      for (const person of office) expect(person.doc.getMap("here").size).toBe(20)
      for (const person of office) person[Symbol.dispose]()
    },
  )
})

test(
  "handshakes that never end are dead by their deadline, and nobody waits for them",
  { timeout: 60_000 },
  async () => {
    const count = FULL ? 10_000 : 300
    const args = ["--limit", "sockets-per-address=12000", ...(FULL ? [] : ["--limit", "headers-timeout=1s"])]
    await withServer(async (server) => {
      using writer = await new RawClient(`${server.sync}/minutes`).loaded()
      const memory = memoryOf(server)
      await memory.start()
      const before = await memory.now()
      const sockets: ReturnType<typeof halfHandshake>[] = []
      // In waves: beyond what may wait to be accepted, the client believes to be connected seconds before it is.
      while (sockets.length < count) {
        const wave = Array.from({ length: Math.min(1_000, count - sockets.length) }, () => halfHandshake(server.port))
        await Promise.all(wave.map(({ open }) => open))
        sockets.push(...wave)
      }
      writer.doc.getText("text").insert(0, "meanwhile")
      await writer.saved()
      const lived = Math.max(...(await Promise.all(sockets.map((socket) => socket.lived))))
      figure(
        `${count} half-open handshakes: none lived longer than ${(lived / 1000).toFixed(1)} s, ${((await memory.peak()) - before).toFixed(0)} MB at most`,
      )
      expect(lived).toBeLessThan(FULL ? 12_000 : Infinity)
      expect(writer.websocket.readyState).toBe(writer.websocket.OPEN)
    }, args)
  },
)

test(
  "who asks for a document again and again and reads nothing costs next to nothing",
  { timeout: 60_000 },
  async () => {
    await withServer(async (server) => {
      using writer = await documentOf(4 * MEGABYTE, server)
      const memory = memoryOf(server)
      const count = FULL ? 20 : 3
      // As many who read, first: what honest answers cost is there already.
      const honest = await Promise.all(
        Array.from({ length: count }, () => new RawClient(`${server.sync}/large`).loaded()),
      )
      for (const person of honest) person[Symbol.dispose]()
      using reader = await new RawClient(`${server.sync}/large`).loaded()
      const before = await memory.now()
      await memory.start()
      const deaf = await Promise.all(Array.from({ length: count }, () => RawSocket.open(server.port, "/sync/large")))
      const step1 = frame({
        opcode: OPCODE.binary,
        payload: encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }),
      })
      for (const socket of deaf) {
        socket.pause()
        socket.send(...Array.from({ length: 700 }, () => step1))
      }
      for (let letter = 0; letter < 20; letter++) {
        writer.doc.getText("text").insert(0, "x")
        await writer.saved()
      }
      await reader.until(() => reader.doc.getText("text").length === writer.doc.getText("text").length)
      const more = (await memory.peak()) - before
      figure(
        `send-buffer bomb, ${deaf.length} sockets that ask 700 times for 4 MB and read nothing: ${more.toFixed(0)} MB more at most`,
      )
      expect(more).toBeLessThan(FULL ? 32 : Infinity)
      for (const socket of deaf) socket[Symbol.dispose]()
    })
  },
)

test(
  "a reader of a kilobyte a second is given up at last, and costs nobody anything",
  { timeout: 300_000 },
  async () => {
    await withServer(async (server) => {
      using alone = await new RawClient(`${server.sync}/alone`).loaded()
      using writer = await new RawClient(`${server.sync}/busy`).loaded()
      const memory = memoryOf(server)
      const rounds = FULL ? 600 : 200
      // Twice: the first time the process grows to what writing so much takes, whoever reads.
      if (FULL) await writeChapters(alone, 2 * rounds)
      await memory.start()
      if (FULL) await writeChapters(alone, rounds)
      const ordinary = await memory.peak()
      const slow = slowReader(server.port, "/sync/busy")
      await slow.open
      await memory.start()
      const waits = await writeChapters(writer, rounds)
      await server.says("a reader that took nothing was cut off")
      const peak = await memory.peak()
      expect(writer.receipts).toBe(writer.sent.length)
      figure(
        `a reader of 1 KB/s in a document that grows by ${((rounds * 64) / 1024).toFixed(0)} MB: the server takes ${peak.toFixed(0)} MB at most, ${ordinary.toFixed(0)} without that reader; receipts after ${percentile(waits, 0.5).toFixed(1)} ms (p50) and ${percentile(waits, 0.99).toFixed(1)} ms (p99), given up`,
      )
    })
  },
)

test("one who writes at full speed holds nobody up", { timeout: 120_000 }, async () => {
  await withServer(async (server) => {
    // Before anybody is connected: it takes its time, and who does not answer pings meanwhile is cut off.
    const letters = typing(FULL ? 150_000 : 40_000).map((payload) => frame({ opcode: OPCODE.binary, payload }))
    const others = await Promise.all(
      Array.from({ length: FULL ? 20 : 5 }, (_, index) => new RawClient(`${server.sync}/quiet-${index}`).loaded()),
    )
    const rounds = FULL ? 40 : 3
    const alone = await latencies(others, rounds)
    const flooder = await RawSocket.open(server.port, "/sync/loud")
    flooder.send(Buffer.concat(letters), frame({ opcode: OPCODE.ping, payload: "all read" }))
    let hasBeenRead = false
    void flooder.pong().then(() => (hasBeenRead = true))
    const beside = await latencies(others, rounds)
    // Otherwise nothing was shown.
    expect(hasBeenRead).toBe(false)
    figure(
      `receipts of ${others.length} people, alone: p50 ${percentile(alone, 0.5).toFixed(1)} ms, p99 ${percentile(alone, 0.99).toFixed(1)} ms; beside a writer at full speed: p50 ${percentile(beside, 0.5).toFixed(1)} ms, p99 ${percentile(beside, 0.99).toFixed(1)} ms`,
    )
    expect(percentile(beside, 0.99)).toBeLessThan(FULL ? 2 * percentile(alone, 0.99) : Infinity)
    flooder[Symbol.dispose]()
    for (const other of others) other[Symbol.dispose]()
  })
})

test("people who only have a document open cost kilobytes", { timeout: 120_000 }, async () => {
  await withServer(
    async (server) => {
      const memory = memoryOf(server)
      using first = await new RawClient(`${server.sync}/idle-0`).loaded()
      const before = await memory.now()
      const count = FULL ? 5_000 : 200
      const sockets: RawSocket[] = []
      const step1 = frame({
        opcode: OPCODE.binary,
        payload: encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) }),
      })
      for (let opened = 0; opened < count; opened += 100) {
        const more = await Promise.all(
          Array.from({ length: 100 }, (_, index) =>
            RawSocket.open(server.port, `/sync/idle-${(opened + index) % 500}`),
          ),
        )
        for (const socket of more) socket.send(step1)
        await Promise.all(more.map((socket) => socket.next(({ payload }) => payload[0] === 0 && payload[1] === 1)))
        sockets.push(...more)
      }
      const each = (((await memory.now()) - before) * 1024) / count
      first.doc.getText("text").insert(0, "still quick")
      const begun = performance.now()
      await first.saved()
      figure(
        `${count} idle connections in 500 documents: ${each.toFixed(1)} KB each; an edit is saved after ${(performance.now() - begun).toFixed(1)} ms`,
      )
      expect(each).toBeLessThan(FULL ? 64 : Infinity)
      for (const socket of sockets) socket[Symbol.dispose]()
    },
    [
      "--limit",
      "connections-per-address=6000",
      "--limit",
      "handshake-burst=6000",
      "--limit",
      "sockets-per-address=6000",
    ],
  )
})

interface RawConnection {
  readonly open: Promise<unknown>
  readonly closed: Promise<unknown>
}

/** Says half of what a handshake has to say, and then nothing. */
function halfHandshake(port: number): { readonly open: Promise<unknown>; readonly lived: Promise<number> } {
  const socket = connect(port, "127.0.0.1")
  socket.on("error", () => {})
  socket.resume()
  let begun = 0
  const open = once(socket, "connect").then(() => {
    begun = performance.now()
    return socket.write("GET /sync/minutes HTTP/1.1\r\nHost: local")
  })
  return { open, lived: once(socket, "close").then(() => performance.now() - begun) }
}

/** Reads a kilobyte, waits for a second, and so on. */
function slowReader(port: number, path: string): RawConnection {
  const socket: Socket = connect({
    port,
    host: "127.0.0.1",
    onread: {
      buffer: Buffer.alloc(1024),
      callback: () => {
        setTimeout(() => socket.resume(), 1_000)
        return false
      },
    },
  })
  socket.on("error", () => {})
  const open = once(socket, "connect").then(() => {
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n\r\n`,
    )
    const step1 = encodeUpstream({ type: "sync-step-1", stateVector: Uint8Array.of(0) })
    return socket.write(frame({ opcode: OPCODE.binary, payload: step1 }))
  })
  return { open, closed: once(socket, "close") }
}

/** A document of about so many bytes, on disk, and its writer. */
async function documentOf(size: number, server: LigatureProcess): Promise<RawClient> {
  const writer = await new RawClient(`${server.sync}/large`).loaded()
  for (let written = 0; written < size; written += 128 * 1024) {
    writer.doc.getMap("chapters").set(String(written), "x".repeat(128 * 1024))
    await writer.saved()
  }
  return writer
}

/** Each of 64 KB, waiting for the receipt. @returns how long that took */
async function writeChapters(writer: RawClient, chapters: number): Promise<number[]> {
  const waits: number[] = []
  for (let chapter = 0; chapter < chapters; chapter++) {
    const begun = performance.now()
    writer.doc.getMap("chapters").set(String(chapter), "x".repeat(64 * 1024))
    await writer.saved()
    waits.push(performance.now() - begun)
  }
  return waits
}

/** What somebody sends who types so many letters. */
function typing(letters: number): Uint8Array[] {
  const doc = new Y.Doc()
  const updates: Uint8Array[] = []
  doc.on("update", (update: Uint8Array) => updates.push(encodeUpstream({ type: "update", update })))
  const text = doc.getText("text")
  for (let letter = 0; letter < letters; letter++) text.insert(letter, "x")
  return updates
}

/** Each person writes and waits for the receipt, one after the other, so many times. */
async function latencies(people: readonly RawClient[], rounds: number): Promise<number[]> {
  const waits: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (const person of people) {
      const begun = performance.now()
      person.doc.getText("text").insert(0, "x")
      await person.saved()
      waits.push(performance.now() - begun)
    }
  }
  return waits
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}
