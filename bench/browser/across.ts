import type { Benchmark } from "../benchmark.ts"
import { quantile } from "../report.ts"
import { browserBenchmark } from "./browser-benchmark.ts"
import { typeKeys } from "./type-keys.ts"

/** From the keydown in one browser to the letter in another: two bindings, two sockets and the server's disk. */
export const across: Benchmark = browserBenchmark({
  name: "across",
  sizes: { full: { paragraphs: 10_000, keys: 60 }, smoke: { paragraphs: 20, keys: 3 } },
  work: ({ paragraphs, keys }) =>
    `one person presses ${keys} keys in the middle of ${paragraphs.toLocaleString("en")} paragraphs, another looks at the same place`,
  async measure(stage, { paragraphs, keys }) {
    const document = await stage.write(paragraphs)
    const writer = await stage.open(document)
    const reader = await stage.open(document)
    await reader.goToMiddle()
    await writer.goToMiddle()
    const letter = "Γ"
    const made = (await typeKeys(writer, letter, { keys, seconds: 60 })).length
    await reader.sees(letter, made)
    const { keydowns } = await writer.record(letter)
    const { painted } = await reader.record(letter)
    await writer.close()
    await reader.close()
    const delays = painted.slice(-made).map((at, n) => at - (keydowns.slice(-made)[n] ?? Number.NaN))
    return {
      "keydown to the other's paint p50, ms": quantile(delays, 0.5),
      "keydown to the other's paint p95, ms": quantile(delays, 0.95),
    }
  },
})
