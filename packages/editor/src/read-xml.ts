import { foreignMarkName } from "@ligature/schema"
import type { Mark, Node, Schema } from "prosemirror-model"
import type { updateYFragment } from "y-prosemirror"
import * as Y from "yjs"
import { attributesOf, MAX_DEPTH, type TextRun } from "./xml-survey.ts"

/** What each shared type was last read as: a node, or the runs of a text. The keys are owned by the Y.Doc, the values by ProseMirror. */
export type XmlMapping = Parameters<typeof updateYFragment>[3]["mapping"]

/**
 * The fragment as a ProseMirror document. Types found in `mapping` are not read again; all others are added to it.
 * Never writes: y-prosemirror's own reader deletes what it cannot read. The schema must have been made for what is in the fragment.
 */
export function readXml(fragment: Y.XmlFragment, schema: Schema, mapping: XmlMapping): Node {
  const children = readChildren(fragment, schema, mapping)
  const top = schema.topNodeType
  const doc = children.length === 0 ? (top.createAndFill() ?? top.create()) : top.create(null, children)
  mapping.set(fragment, doc)
  return doc
}

function readElement(element: Y.XmlElement, schema: Schema, mapping: XmlMapping): Node {
  const known = mapping.get(element)
  if (known !== undefined && !Array.isArray(known)) return known
  const type = schema.nodes[element.nodeName]
  if (type === undefined) throw new TypeError(`the schema has no node named "${element.nodeName}"`)
  const node = type.create(attributesOf(element), readChildren(element, schema, mapping))
  mapping.set(element, node)
  return node
}

function readChildren(parent: Y.XmlFragment, schema: Schema, mapping: XmlMapping): Node[] {
  return parent.toArray().flatMap((child) => {
    if (child instanceof Y.XmlText) return readText(child, schema, mapping)
    if (child instanceof Y.XmlElement) return [readElement(child, schema, mapping)]
    throw new TypeError("the fragment holds a shared type that is neither text nor element")
  })
}

function readText(text: Y.XmlText, schema: Schema, mapping: XmlMapping): Node[] {
  const known = mapping.get(text)
  if (Array.isArray(known)) return known
  const delta: TextRun[] = text.toDelta()
  const runs = delta.map(({ insert, attributes }) => {
    if (typeof insert !== "string") throw new TypeError("the fragment holds an object inside text")
    return schema.text(insert, readMarks(attributes ?? {}, schema))
  })
  mapping.set(text, runs)
  return runs
}

function readMarks(attributes: Readonly<Record<string, unknown>>, schema: Schema): Mark[] {
  return Object.entries(attributes).map(([key, value]) =>
    schema.mark(foreignMarkName(key), isAttributes(value) ? value : null),
  )
}

function isAttributes(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

/**
 * What people can read in a fragment that no schema can hold: each stretch of text as a paragraph. For showing only.
 * `schema` is Ligature's own.
 */
export function readXmlAsText(fragment: Y.XmlFragment, schema: Schema): Node {
  const blocks: Node[] = []
  const { block, unsupported_inline: unsupported } = schema.nodes
  if (block === undefined || unsupported === undefined) throw new TypeError("needs the schema of Ligature documents")
  const visit = (parent: Y.XmlFragment, depth: number): void => {
    let line: Node[] = []
    const endLine = (): void => {
      if (line.length > 0) blocks.push(block.create(null, line))
      line = []
    }
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        const runs: TextRun[] = child.toDelta()
        for (const { insert } of runs) {
          line.push(typeof insert === "string" ? schema.text(insert) : unsupported.create({ name: "object" }))
        }
      } else if (child instanceof Y.XmlElement) {
        endLine()
        if (child.length === 0) line.push(unsupported.create({ name: child.nodeName }))
        else if (depth < MAX_DEPTH) visit(child, depth + 1)
      }
    }
    endLine()
  }
  visit(fragment, 0)
  return schema.topNodeType.create(null, blocks.length > 0 ? blocks : [block.create()])
}
