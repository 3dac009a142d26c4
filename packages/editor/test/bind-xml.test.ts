// @vitest-environment happy-dom
import { expect, test } from "vitest"
import * as Y from "yjs"
import { createEditor } from "../src/index.ts"

test("typing reaches the other peer", () => {
  const a = new Y.Doc()
  const b = new Y.Doc()
  a.on("update", (u: Uint8Array, origin: unknown) => origin !== "x" && Y.applyUpdate(b, u, "x"))
  b.on("update", (u: Uint8Array, origin: unknown) => origin !== "x" && Y.applyUpdate(a, u, "x"))
  const ea = createEditor({ element: document.createElement("div"), doc: a })
  const eb = createEditor({ element: document.createElement("div"), doc: b })
  expect(Y.encodeStateAsUpdate(a)).toEqual(new Uint8Array([0, 0]))
  ea.view.dispatch(ea.view.state.tr.insertText("hello"))
  expect(eb.view.state.doc.textContent).toBe("hello")
  eb.view.dispatch(eb.view.state.tr.insertText(" you", 6).split(4))
  expect(ea.view.state.doc.toString()).toBe(eb.view.state.doc.toString())
  expect(eb.view.state.doc.toString()).toBe('doc(block("hel"), block("lo you"))')
  ea.destroy()
  eb.destroy()
})
