import { openLevelStore } from "../src/open-level-store.ts"

// A process of its own that appends as fast as it can, and says on stdout what has been acknowledged: "<writer> <number>".
// It is there to be killed.

const [folder = "", writers = "4"] = process.argv.slice(2)
const store = await openLevelStore(folder, { compaction: { minLogBytes: 4000 } })
process.stdout.write("open\n")
await Promise.all(Array.from({ length: Number(writers) }, (_, writer) => appendForEver(`d${writer}`)))

async function appendForEver(document: string): Promise<void> {
  let last = 0
  for await (const record of store.read(document)) last = record.sequence
  for (;;) {
    last += 1
    await store.append({
      document,
      updates: [{ update: new TextEncoder().encode(`${document} ${last}`), time: last, author: null }],
    })
    process.stdout.write(`${document} ${last}\n`)
  }
}
