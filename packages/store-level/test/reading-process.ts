import { createHash } from "node:crypto"
import { StoreError } from "@ligature/store"
import { openLevelStore } from "../src/open-level-store.ts"

// A process of its own, since LevelDB aborts on some damage: opens a folder and says of each document what it read, or the code it failed with.

const [folder = "", ...documents] = process.argv.slice(2)
try {
  await using store = await openLevelStore(folder, { compaction: false })
  for (const document of documents) {
    try {
      const hash = createHash("sha256")
      let records = 0
      for await (const { update } of store.read(document)) {
        hash.update(update)
        records += 1
      }
      process.stdout.write(`${document} ${records} ${hash.digest("hex")}\n`)
    } catch (error) {
      process.stdout.write(`${document} ${codeOf(error)}\n`)
    }
  }
} catch (error) {
  process.stdout.write(`folder ${codeOf(error)}\n`)
}

function codeOf(error: unknown): string {
  if (error instanceof StoreError) return error.code
  throw error
}
