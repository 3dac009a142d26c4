import { StoreError } from "@ligature/store"
import { openLevelStore } from "../src/open-level-store.ts"
import { contents } from "./sample-document.ts"

// A process of its own, since LevelDB aborts on some damage: opens a folder, reads every document that `filled` wrote, and says how that went.

const [folder = ""] = process.argv.slice(2)
try {
  await using store = await openLevelStore(folder, { compaction: false })
  for (let n = 0; n < 12; n++) {
    const document = `document-${n}`
    try {
      const found = await contents(store, document)
      const isSame = found.join("\n") === expected(document).join("\n")
      process.stdout.write(`${document} ${isSame ? "same" : `wrong: ${found.join("; ")}`}\n`)
    } catch (error) {
      process.stdout.write(`${document} ${told(error)}\n`)
    }
  }
} catch (error) {
  process.stdout.write(`${told(error)}\n`)
}

function told(error: unknown): string {
  if (error instanceof StoreError) return `${error.code} ${error.message}`
  throw error
}

/** As `write` of sample-document.ts makes them. */
function expected(document: string): string[] {
  const letters = (n: number): string => `${document}/${n}/${"abcdefgh".repeat(8)}`
  return [
    `checkpoint 2 ${letters(10)} 2 null`,
    `checkpoint 2 ${letters(11)} 2 null`,
    ...[2, 3, 4].map((n) => `update ${n + 1} ${letters(n)} ${n + 1} ann`),
    "owner/1 1 2",
    "schema 3",
  ]
}
