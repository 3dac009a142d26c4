// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest"
import * as Y from "yjs"
import { showMarks } from "./notation.ts"
import { type Peer, peerOn, press, typeKeys } from "./peers.ts"

let peer: Peer | null = null
afterEach(() => {
  peer?.editor.destroy()
  peer = null
})

/** Types into an empty document; `⏎` is the Enter key, `⌫` Backspace, `⇥` Tab. */
function typed(keys: string): string[] {
  peer = peerOn(new Y.Doc())
  for (const part of keys.split(/(?=[⏎⌫⇥])|(?<=[⏎⌫⇥])/)) {
    const key = { "⏎": "Enter", "⌫": "Backspace", "⇥": "Tab" }[part]
    if (key === undefined) typeKeys(peer.editor, part)
    else press(peer.editor, key)
  }
  return showMarks(peer.editor.view.state.doc)
}

test.each<[string, string[]]>([
  ["# a", ["h1: a"]],
  ["### a", ["h3: a"]],
  ["#### a", ["#### a"]],
  ["- a⏎b⏎⇥c", ["bullet: a", "bullet: b", "bullet +1: c"]],
  ["* a", ["bullet: a"]],
  ["1. a⏎b", ["ordered: a", "ordered: b"]],
  ["7) a", ["ordered restart=7: a"]],
  ["1. a⏎⏎1. b", ["ordered: a", "ordered restart=1: b"]],
  ["[ ] a⏎b", ["task: a", "task: b"]],
  ["[] a", ["task: a"]],
  ["- [x] a", ["task done: a"]],
  ["> a⏎b⏎⏎c", ["quote: a", "quote: b", "c"]],
  ["```js⏎let a", ["code(js): let a"]],
  ["``` a", ["code: a"]],
  ["---⏎a", ["rule:", "a"]],
  ["a **b** c", ["a **b** c"]],
  ["a *b* c", ["a *b* c"]],
  ["2 * 3 * 4", ["2 * 3 * 4"]],
  ["a `b` c", ["a `b` c"]],
  ["~~gone~~", ["~~gone~~"]],
  ["see https://example.org/a. then", ["see [https://example.org/a](https://example.org/a). then"]],
  ["www.example.org ", ["[www.example.org](https://www.example.org) "]],
  ["https://example.org⏎x", ["[https://example.org](https://example.org)", "x"]],
  ["javascript:alert(1) ", ["javascript:alert(1) "]],
  ["```⏎# **a** ", ["code: # **a** "]],
  ["# ⌫", ["# "]],
])("%s", (keys, blocks) => expect(typed(keys)).toEqual(blocks))

test("formats that were typed are marks, not signs", () => {
  typed("a **b** *c* `d` ~~e~~")
  const marks = peer?.editor.view.state.doc
    .resolve(2)
    .parent.children.map((child) => [child.text, child.marks.map((mark) => mark.type.name)])
  expect(marks).toEqual([
    ["a ", []],
    ["b", ["bold"]],
    [" ", []],
    ["c", ["italic"]],
    [" ", []],
    ["d", ["code"]],
    [" ", []],
    ["e", ["strike"]],
  ])
})
