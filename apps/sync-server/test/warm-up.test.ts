import { openMemoryStore } from "@ligature/store"
import { expect, test } from "vitest"
import { warmUp } from "../src/warm-up.ts"

test("warming up opens documents, stores what is written to them, sends nobody away, and leaves nothing in the store", async () => {
  await using store = openMemoryStore()
  const opened: string[] = []
  const committed: string[] = []
  const troubles: unknown[] = []
  await warmUp(store, {
    roomOpened: (document) => opened.push(document),
    committed: (document) => committed.push(document),
    sessionClosed: (_document, _session, { code, detail }) => troubles.push([code, detail]),
    fault: (_document, _session, error) => troubles.push(error),
    loadFailed: (_document, error) => troubles.push(error),
    appendFailed: (_document, error) => troubles.push(error),
  })
  expect(troubles).toEqual([])
  expect(opened).not.toEqual([])
  expect(committed.toSorted()).toEqual(opened.toSorted())
  expect(await store.statistics()).toMatchObject({ documents: 0, records: 0 })
})
