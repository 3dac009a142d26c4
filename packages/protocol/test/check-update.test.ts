import { expect, test } from "vitest"
import * as Y from "yjs"
import { checkUpdate, DEFAULT_LIMITS, KnownState } from "../src/index.ts"

const everyone = { owns: () => true, limits: DEFAULT_LIMITS }

test("typing is accepted as it is", () => {
  const doc = new Y.Doc()
  const known = new KnownState()
  const server = new Y.Doc()
  let accepted = 0
  doc.on("update", (update: Uint8Array) => {
    const verdict = checkUpdate(update, known, everyone)
    if (verdict.verdict !== "accepted") throw new Error(JSON.stringify(verdict))
    expect(verdict.update).toBe(update)
    known.absorb(verdict.change)
    Y.applyUpdate(server, verdict.update)
    accepted++
  })
  for (let i = 0; i < 20; i++) doc.getText("t").insert(i >> 1, "a😀b")
  doc.getText("t").delete(3, 20)
  doc.getMap("m").set("x", new Y.Map([["k", 1]]))
  expect(accepted).toBe(22)
  expect(Y.encodeStateAsUpdate(server)).toEqual(Y.encodeStateAsUpdate(doc))
  expect(checkUpdate(Y.encodeStateAsUpdate(doc), known, everyone)).toEqual({ verdict: "nothing-new" })
  expect(known.encodeStateVector()).toEqual(Y.encodeStateVector(doc))
})
