// Replays an editing trace through the real server by two stock clients in turns: `npx tsx bench/replay-trace.ts --trace FILE [--data DIR]`.
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { parseArgs } from "node:util"
import { gunzipSync } from "node:zlib"
import { startLigature } from "../apps/sync-server/test/ligature-process.ts"
import { openStockClient, type StockClient } from "../apps/sync-server/test/stock-client.ts"

/** Single edits of one text, as `[position, deleted, inserted]`. */
export interface Trace {
  readonly startContent: string
  readonly endContent: string
  readonly txns: readonly { readonly patches: readonly (readonly [number, number, string])[] }[]
}

export interface ReplayFigures {
  readonly edits: number
  /** From the first edit until the last one has reached the other client. */
  readonly seconds: number
  readonly editsPerSecond: number
  /** In the data folder after the server was stopped. */
  readonly bytesOnDisk: number
  /** What a client that comes after the restart reads. */
  readonly content: string
  /** From the newcomer's first frame to all of the document. */
  readonly openSeconds: number
}

const TURN = 1000
const DOCUMENT = "trace"

/**
 * Two stock 3.1 clients take turns of 1,000 edits; a turn starts when the other's last edit has arrived. Then the server
 * is restarted and a third client reads.
 *
 * @param data an empty or absent folder for the server
 */
export async function replayTrace(trace: Trace, data: string): Promise<ReplayFigures> {
  const { edits, seconds } = await typeInTurns(trace, data)
  const bytesOnDisk = await bytesIn(data)

  await using server = await startLigature(data)
  const start = performance.now()
  using newcomer = await openStockClient("3.1", server.sync, DOCUMENT)
  await newcomer.until(() => newcomer.provider.synced)
  return {
    edits,
    seconds,
    editsPerSecond: edits / seconds,
    bytesOnDisk,
    content: textOf(newcomer).toJSON(),
    openSeconds: (performance.now() - start) / 1000,
  }
}

async function typeInTurns(trace: Trace, data: string): Promise<{ edits: number; seconds: number }> {
  await using server = await startLigature(data)
  using one = await openStockClient("3.1", server.sync, DOCUMENT)
  using two = await openStockClient("3.1", server.sync, DOCUMENT)
  await one.until(() => one.provider.synced)
  await two.until(() => two.provider.synced)
  if (trace.startContent !== "") {
    textOf(one).insert(0, trace.startContent)
    await arrived(one, two)
  }

  const start = performance.now()
  let [writer, reader] = [one, two]
  for (let from = 0; from < trace.txns.length; from += TURN) {
    const text = textOf(writer)
    for (const { patches } of trace.txns.slice(from, from + TURN)) {
      writer.doc.transact(() => {
        for (const [position, deleted, inserted] of patches) {
          if (deleted > 0) text.delete(position, deleted)
          if (inserted !== "") text.insert(position, inserted)
        }
      })
    }
    await arrived(writer, reader)
    ;[writer, reader] = [reader, writer]
  }
  const seconds = (performance.now() - start) / 1000
  server.kill("SIGTERM")
  const { code, stderr } = await server.ended
  if (code !== 0) throw new Error(`the server ended with ${code}: ${stderr}`)
  return { edits: trace.txns.length, seconds }
}

/** Deletes move no clock, so the text is compared too, once the clocks agree. */
async function arrived(writer: StockClient, reader: StockClient): Promise<void> {
  const { clientID } = writer.doc
  const clock = endOf(writer, clientID)
  const text = textOf(writer)
  const content = text.toJSON()
  await reader.until(() => {
    if (reader.closes.length > 0) throw new Error(`a client was closed with ${reader.closes.join(", ")}`)
    return (
      endOf(reader, clientID) >= clock && textOf(reader).length === text.length && textOf(reader).toJSON() === content
    )
  })
}

function endOf(client: StockClient, clientID: number): number {
  const last = client.doc.store.clients.get(clientID)?.at(-1)
  return last === undefined ? 0 : last.id.clock + last.length
}

function textOf(client: StockClient) {
  return client.doc.getText("text")
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  }
  return bytes
}

async function readTrace(path: string): Promise<Trace> {
  const bytes = await readFile(path)
  const trace: Trace = JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString())
  return trace
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { trace: { type: "string" }, data: { type: "string" } } })
  if (values.trace === undefined) throw new Error("--trace FILE is missing: a trace as JSON, gzipped or not")
  const trace = await readTrace(values.trace)
  const folder = values.data ?? (await mkdtemp(join(tmpdir(), "ligature-replay-")))
  try {
    const { content, ...figures } = await replayTrace(trace, folder)
    console.log(JSON.stringify({ ...figures, endContentIsExact: content === trace.endContent }, null, 2))
    if (content !== trace.endContent) process.exitCode = 1
  } finally {
    if (values.data === undefined) await rm(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
