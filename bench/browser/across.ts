import type { Benchmark } from "../benchmark.ts"
import { quantile } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { delaysToPaint } from "./delays-to-paint.ts"
import { typeKeys, WARM_UP } from "./type-keys.ts"

/** How long the other browser may lag behind before what is missing counts as late as it is. */
const GRACE_MS = 10_000

/** From the keydown in one browser to the letter in another: two bindings, two sockets and the server's disk. */
export const across: Benchmark = browserBenchmark({
  name: "across",
  targets: { "keydown to the other's paint p50, ms": 40, "keydown to the other's paint p95, ms": 60 },
  sizes: { full: { paragraphs: 10_000, keys: 60 }, smoke: { paragraphs: 20, keys: 2 } },
  work: ({ paragraphs, keys }) =>
    `one person presses ${keys} keys in the middle of ${paragraphs.toLocaleString("en")} paragraphs, another looks at the same place`,
  async measure(stage, { paragraphs, keys }) {
    const document = await stage.write(paragraphs)
    const writer = await stage.open(document)
    const reader = await stage.open(document)
    await reader.goToMiddle()
    await writer.goToMiddle()
    const letter = "Γ"
    await typeKeys(writer, letter, { keys, seconds: 60 })
    const { keydowns } = await writer.record()
    const delays = await delaysToPaint(reader, [{ letter, strokes: keydowns }], { graceMs: GRACE_MS })
    await writer.close()
    await reader.close()
    const usual = delays.slice(WARM_UP)
    return {
      "keydown to the other's paint p50, ms": quantile(usual, 0.5),
      "keydown to the other's paint p95, ms": quantile(usual, 0.95),
    }
  },
})
