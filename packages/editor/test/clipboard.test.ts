// @vitest-environment happy-dom
import { TextSelection } from "prosemirror-state"
import { afterEach, beforeAll, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { readMarkdownLines } from "../src/markdown-lines.ts"
import { loadClipboard } from "../src/paste.ts"
import { placeIn, showMarks, showText } from "./notation.ts"
import { type Peer, peerOn, typeKeys } from "./peers.ts"

let peer: Peer | null = null
beforeAll(loadClipboard)
afterEach(() => {
  peer?.editor.destroy()
  peer = null
})

function withText(text: string): Peer {
  peer = peerOn(new Y.Doc())
  typeKeys(peer.editor, text)
  return peer
}

function paste({ editor: { view } }: Peer, data: Record<string, string>): void {
  const transfer = new DataTransfer()
  for (const [type, text] of Object.entries(data)) transfer.setData(type, text)
  view.dom.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }))
}

describe("pasting", () => {
  test("an address over a selection makes it a link", () => {
    const writer = withText("read this")
    const { view } = writer.editor
    view.dispatch(
      view.state.tr.setSelection(
        TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 5), placeIn(view.state.doc, 0, 9)),
      ),
    )
    paste(writer, { "text/plain": "https://example.org/x" })
    expect(showMarks(view.state.doc)).toEqual(["read [this](https://example.org/x)"])
  })

  test("an unsafe address over a selection is text", () => {
    const writer = withText("read")
    const { view } = writer.editor
    view.dispatch(
      view.state.tr.setSelection(
        TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 0), placeIn(view.state.doc, 0, 4)),
      ),
    )
    paste(writer, { "text/plain": "javascript:alert(1)" })
    expect(showMarks(view.state.doc)).toEqual(["javascript:alert(1)"])
  })

  test("HTML into an empty paragraph keeps the kind of its first block", () => {
    const writer = withText("")
    paste(writer, { "text/html": "<ul><li>a<ul><li>b</li></ul></li></ul><h2>c</h2>" })
    expect(showText(writer.editor.view.state.doc)).toEqual(["bullet: a", "bullet +1: b", "h2: c"])
  })

  test("a phrase goes into the line", () => {
    const writer = withText("say  now")
    const { view } = writer.editor
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, placeIn(view.state.doc, 0, 4))))
    paste(writer, { "text/html": "<span>hello <b>there</b></span>" })
    expect(showMarks(view.state.doc)).toEqual(["say hello **there** now"])
  })

  test("anything into code is text, line by line", () => {
    const writer = withText("``` a")
    paste(writer, { "text/plain": "# b\r\n- c", "text/html": "<h1>b</h1>" })
    expect(showText(writer.editor.view.state.doc)).toEqual(["code: a# b⏎- c"])
  })

  test("plain text with Markdown's marks", () => {
    const writer = withText("")
    paste(writer, { "text/plain": "# Head\n\ntext\n\n- a\n  - b\n- [x] c" })
    expect(showText(writer.editor.view.state.doc)).toEqual([
      "h1: Head",
      "text",
      "bullet: a",
      "bullet +1: b",
      "task done: c",
    ])
  })
})

describe("plain text as blocks", () => {
  test.each<[string, string, string[]]>([
    ["one line is never interpreted", "- a", ["- a"]],
    ["empty lines separate", "a\n\n\nb", ["a", "b"]],
    ["headings of any depth", "# a\n##### b", ["heading 1 a", "heading 3 b"]],
    ["lists by indent", "- a\n    - b\n        - c\n- d", ["bullet a", "bullet 1 b", "bullet 2 c", "bullet d"]],
    ["no item without one above it", "x\n        - a", ["x", "bullet a"]],
    ["numbers", "3. a\n4. b\n\nx", ["ordered 3 a", "ordered b", "x"]],
    ["quotes", "> a\n> - b", ["quote a", "bullet quote b"]],
    ["a fence keeps what is inside", "```js\n# a\n\nb\n```\nc", ["code js # a\n\nb", "c"]],
    ["an open fence is text", "```js\na", ["```js", "a"]],
    ["rules", "a\n---\nb", ["a", "rule", "b"]],
  ])("%s", (_name, text, blocks) => expect(describeLines(text)).toEqual(blocks))

  test("pasted without format, nothing is interpreted", () =>
    expect(describeLines("# a\n\n- b", true)).toEqual(["# a", "", "- b"]))
})

/** What differs from a plain paragraph, then the text, for each block. */
function describeLines(text: string, isPlain = false): string[] {
  return readMarkdownLines(text, { isPlain }).map(
    ({ attributes: { kind, list, indent, restart, quote, language, level }, text: line }) =>
      [
        kind === "paragraph" ? "" : kind,
        level ?? "",
        language ?? "",
        list ?? "",
        indent || "",
        restart ?? "",
        quote ? "quote" : "",
        line,
      ]
        .filter((word) => word !== "")
        .join(" "),
  )
}
