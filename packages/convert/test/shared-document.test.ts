import { bindFlow } from "@ligature/flow"
import { schema } from "@ligature/schema"
import { seededRandom } from "@ligature/testing"
import { Fragment, type Node } from "prosemirror-model"
import { describe, expect, test } from "vitest"
import * as Y from "yjs"
import { documentUpdate, fromMarkdown, readDocument, toMarkdown } from "../src/index.ts"
import { asMarkdownSaysIt } from "./as-markdown-says-it.ts"
import { randomDocument } from "./random-document.ts"

describe("a new shared document", () => {
  for (let seed = 1; seed <= 150; seed++) {
    test(`holds what was written, seed ${seed}`, () => {
      const document = asFlowsSayIt(asMarkdownSaysIt(randomDocument(seededRandom(seed))))
      expect(withoutIds(readDocument(opened(documentUpdate(document)))).toJSON()).toEqual(document.toJSON())
    })
  }

  test("is one transaction of one writer, and complete", () => {
    const update = documentUpdate(fromMarkdown("# a\n\n- b **c**\n\n```ts\nd\n```\n"), { title: "Plan" })
    const doc = new Y.Doc()
    let updates = 0
    doc.on("update", () => (updates += 1))
    Y.applyUpdate(doc, update)
    expect(updates).toBe(1)
    expect(doc.store.clients.size).toBe(1)
    expect(doc.store.pendingStructs).toBe(null)
    expect(doc.getText("title").toJSON()).toBe("Plan")
  })

  test("gives every block behind the first an id of its own", () => {
    const ids: unknown[] = []
    readDocument(opened(documentUpdate(fromMarkdown("a\n\nb\n\nc\n")))).forEach((block) => ids.push(block.attrs["id"]))
    expect(new Set(ids).size).toBe(3)
  })

  test("of nothing says nothing", () => {
    const doc = opened(documentUpdate(fromMarkdown("")))
    expect(toMarkdown(readDocument(doc))).toBe("")
  })

  test("of many blocks is made in one go", () => {
    const document = fromMarkdown("para **graph**\n\n- item\n\n".repeat(5000))
    expect(readDocument(opened(documentUpdate(document))).childCount).toBe(10_000)
  })
})

test("reading writes nothing and leaves nothing behind", () => {
  const doc = opened(documentUpdate(fromMarkdown("a\n\nb\n")))
  const before = Y.encodeStateAsUpdate(doc)
  doc.on("update", () => {
    throw new Error("reading wrote")
  })
  readDocument(doc)
  readDocument(new Y.Doc())
  expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
})

test("an editor reads the same document", () => {
  const doc = opened(documentUpdate(fromMarkdown("# a\n\n1. b\n")))
  const binding = bindFlow({ doc, schema })
  expect(binding.read().eq(readDocument(doc))).toBe(true)
  binding.destroy()
})

function opened(update: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  return doc
}

/** A flow has one character for the line break in a text. */
function asFlowsSayIt(document: Node): Node {
  return schema.nodeFromJSON(JSON.parse(JSON.stringify(document).replaceAll("\u2028", String.raw`\n`)))
}

function withoutIds(document: Node): Node {
  const blocks = document.children.map((block) => block.type.create({ ...block.attrs, id: null }, block.content))
  return document.copy(Fragment.fromArray(blocks))
}
