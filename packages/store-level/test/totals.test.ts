import { RESERVED_PREFIX } from "@ligature/store"
import * as decoding from "lib0/decoding"
import * as encoding from "lib0/encoding"
import { expect, test } from "vitest"
import { openLevelStore } from "../src/index.ts"
import { TOTALS_KEY } from "../src/keys.ts"
import { levelFolder } from "../src/level-database.ts"
import { TOTALS_FIELDS } from "../src/payloads.ts"
import { seal, unseal } from "../src/sealed-value.ts"
import { temporaryFolder } from "./temporary-folder.ts"

test("a store from before the server's own documents were told apart has them counted when it opens", async () => {
  const folder = await temporaryFolder()
  const rows = new Map([["row", Uint8Array.of(1)]])
  {
    await using store = await openLevelStore(folder)
    for (const name of ["a", "b", "c"]) await store.append({ document: name, updates: [], rows })
    for (const name of ["a", "b"]) await store.append({ document: RESERVED_PREFIX + name, updates: [], rows })
  }
  const database = await levelFolder(folder).open({ create: false })
  const now = decoding.createDecoder(unseal("totals", TOTALS_KEY, (await database.get(TOTALS_KEY)) ?? new Uint8Array()))
  const then = encoding.createEncoder()
  expect(TOTALS_FIELDS.at(-1)).toBe("reserved")
  for (const _ of TOTALS_FIELDS.slice(1)) encoding.writeVarUint(then, decoding.readVarUint(now))
  expect(decoding.readVarUint(now)).toBe(2)
  await database.write([
    { type: "put", key: TOTALS_KEY, value: seal("totals", TOTALS_KEY, encoding.toUint8Array(then)) },
  ])
  await database.close()
  for (let start = 0; start < 2; start++) {
    await using store = await openLevelStore(folder)
    expect((await store.statistics()).documents).toBe(3)
    await store.append({ document: "a", updates: [], rows })
  }
})
