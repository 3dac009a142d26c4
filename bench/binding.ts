import { seededRandom } from "@ligature/testing"
import * as Y from "yjs"
import { documentUpdate, fromMarkdown } from "../packages/convert/src/index.ts"
import { blockAt } from "../packages/flow/test/blocks.ts"
import { Peer } from "../packages/flow/test/peers.ts"
import { benchmark, type Benchmark, type Figures } from "./benchmark.ts"
import { paragraphs } from "./browser/paragraphs.ts"
import { median } from "./report.ts"

const SEED = 1

interface Sizes {
  readonly paragraphs: readonly number[]
  readonly cursors: number
  readonly keys: number
}

/**
 * What a key costs in ProseMirror's state, the binding and Yjs, without a DOM. With a local key the positions of others' cursors are
 * mapped; with a remote one they are found anew from what their owners publish. Never at one place, so that nothing is warm.
 */
export const binding: Benchmark = benchmark<Sizes>({
  name: "binding",
  contestants: ["ligature"],
  targets: {
    "10,000 paragraphs: a local key, ms": 0.5,
    "10,000 paragraphs: a remote key, ms": 0.5,
    "50,000 paragraphs: a local key, ms": 1.5,
    "50,000 paragraphs: a remote key, ms": 1.5,
  },
  sizes: {
    full: { paragraphs: [10_000, 50_000], cursors: 20, keys: 400 },
    smoke: { paragraphs: [30], cursors: 2, keys: 3 },
  },
  work: ({ paragraphs, cursors, keys }) =>
    `${keys} keys of one's own and as many of another person at random places in ${paragraphs.map((count) => count.toLocaleString("en")).join(" and in ")} paragraphs, with the cursors of ${cursors} others, without a DOM`,
  async measure(_, sizes) {
    return Object.assign({}, ...sizes.paragraphs.map((count) => measure(count, sizes)))
  },
})

function measure(count: number, { cursors, keys }: Sizes): Figures {
  const content = documentUpdate(fromMarkdown(paragraphs(count).join("\n\n")))
  const random = seededRandom(SEED)
  const me = new Peer(1, content)
  const other = new Peer(2, content)
  const somewhere = (): number => {
    const block = random.integer(count)
    return me.at(block, random.integer(blockAt(me.state.doc, block).node.content.size))
  }
  const published = Array.from({ length: cursors }, () => me.binding.toRelative(me.state, somewhere()))
  let places = published.map((cursor) => me.binding.toAbsolute(me.state, cursor) ?? 0)

  const local = Array.from({ length: keys }, () => {
    const at = somewhere()
    return timed(() => {
      const { tr } = me.state
      tr.insertText("x", at)
      me.view.dispatch(tr)
      places = places.map((place) => tr.mapping.map(tr.mapping.map(place, -1), 1))
    })
  })
  Y.applyUpdate(other.doc, Y.encodeStateAsUpdate(me.doc, Y.encodeStateVector(other.doc)), me)
  let update: Uint8Array = new Uint8Array()
  other.doc.on("update", (written: Uint8Array) => (update = written))
  const remote = Array.from({ length: keys }, () => {
    const { tr } = other.state
    other.view.dispatch(tr.insertText("y", somewhere()))
    return timed(() => {
      Y.applyUpdate(me.doc, update, other)
      places = published.map((cursor) => me.binding.toAbsolute(me.state, cursor) ?? 0)
    })
  })
  me.destroy()
  other.destroy()
  const size = `${count.toLocaleString("en")} paragraphs`
  return { [`${size}: a local key, ms`]: median(local), [`${size}: a remote key, ms`]: median(remote) }
}

/** Milliseconds. */
function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}
