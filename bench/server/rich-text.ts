import { generateProse } from "@ligature/testing"
import * as Y from "yjs"
import type { Benchmark } from "../benchmark.ts"
import { STORING } from "../contestants.ts"
import { serverBenchmark } from "./server-benchmark.ts"
import { bytesAtRest, HARDLY_REST_MS, REST_MS } from "./at-rest.ts"
import { openTogether } from "./open-together.ts"

/** A long report with marks and headings, opened by everybody in the meeting. */
export const richText: Benchmark = serverBenchmark({
  name: "rich-text",
  repeats: 1,
  targets: { "last has all, ms": 400, "server CPU s": 0.3 },
  contestants: STORING,
  sizes: {
    full: { bytes: 1_900_000, readers: 20, restMs: REST_MS },
    smoke: { bytes: 20_000, readers: 3, restMs: HARDLY_REST_MS },
  },
  work: ({ bytes, readers }) =>
    `a rich text of ${bytes} bytes, written block by block, then opened after a restart by ${readers} at once`,
  async measure({ connect, bytesOnDisk, restart, means }, sizes) {
    const [writer] = await connect(["report"])
    if (writer === undefined) throw new RangeError("nobody writes")
    await writer.sync()
    const inserted = write(means.seed, sizes.bytes, (update) => writer.update(update))
    await writer.sync()
    await bytesAtRest(bytesOnDisk, sizes.restMs)
    await writer.close()
    const server = await restart()
    const before = server.cpuSeconds()
    const elapsed = await openTogether(await connect(Array.from({ length: sizes.readers }, () => "report")), inserted)
    return { "last has all, ms": elapsed, "server CPU s": server.cpuSeconds() - before }
  },
})

/** Writes blocks of prose, every third word bold, until so many bytes of updates were made. Returns how far the writer's clock came. */
function write(seed: number, bytes: number, send: (update: Uint8Array) => void): number {
  const doc = new Y.Doc()
  doc.clientID = seed + 1
  const body = doc.getXmlFragment("body")
  let sent = 0
  doc.on("update", (update: Uint8Array) => {
    sent += update.length
    send(update)
  })
  for (const block of generateProse(seed, bytes)) {
    if (sent >= bytes) break
    const element = new Y.XmlElement(block.kind)
    const text = new Y.XmlText()
    doc.transact(() => {
      body.push([element])
      element.push([text])
      for (const [n, word] of block.text.split(" ").entries()) {
        text.insert(text.length, `${word} `, n % 3 === 0 ? { bold: true } : { bold: null })
      }
    })
  }
  return Y.decodeStateVector(Y.encodeStateVector(doc)).get(doc.clientID) ?? 0
}
