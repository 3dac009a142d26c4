import type { Mark, Node, Schema } from "prosemirror-model"
import * as Y from "yjs"
import { attributesOf, markName } from "./xml-survey.ts"

/** What each shared type was last read as: a node, or the runs of a text. The keys are owned by the Y.Doc, the values by ProseMirror. */
export type XmlMapping = Map<Y.AbstractType<unknown>, Node | Node[]>

/**
 * The fragment as a ProseMirror document. Types found in `mapping` are not read again; all others are added to it.
 * Never writes: y-prosemirror's own reader deletes what it cannot read. The schema must have been made for what is in the fragment.
 */
export function readXml(fragment: Y.XmlFragment, schema: Schema, mapping: XmlMapping): Node {
  const children = readChildren(fragment, schema, mapping)
  const top = schema.topNodeType
  const doc = children.length === 0 ? (top.createAndFill() ?? top.create()) : top.create(null, children)
  mapping.set(fragment as Y.AbstractType<unknown>, doc)
  return doc
}

function readElement(element: Y.XmlElement, schema: Schema, mapping: XmlMapping): Node {
  const known = mapping.get(element as Y.AbstractType<unknown>)
  if (known !== undefined && !Array.isArray(known)) return known
  const type = schema.nodes[element.nodeName]
  if (type === undefined) throw new TypeError(`the schema has no node named "${element.nodeName}"`)
  const node = type.create(attributesOf(element), readChildren(element, schema, mapping))
  mapping.set(element as Y.AbstractType<unknown>, node)
  return node
}

function readChildren(parent: Y.XmlFragment, schema: Schema, mapping: XmlMapping): Node[] {
  return (parent.toArray() as unknown[]).flatMap((child) => {
    if (child instanceof Y.XmlText) return readText(child, schema, mapping)
    if (child instanceof Y.XmlElement) return [readElement(child, schema, mapping)]
    throw new TypeError("the fragment holds a shared type that is neither text nor element")
  })
}

function readText(text: Y.XmlText, schema: Schema, mapping: XmlMapping): Node[] {
  const known = mapping.get(text as Y.AbstractType<unknown>)
  if (Array.isArray(known)) return known
  const runs = (text.toDelta() as { insert: string; attributes?: Record<string, Record<string, unknown>> }[]).map(
    (run) => schema.text(run.insert, readMarks(run.attributes ?? {}, schema)),
  )
  mapping.set(text as Y.AbstractType<unknown>, runs)
  return runs
}

function readMarks(attributes: Record<string, Record<string, unknown>>, schema: Schema): Mark[] {
  return Object.entries(attributes).map(([key, value]) => schema.mark(markName(key), value))
}

/**
 * What people can read in a fragment that no schema can hold: each stretch of text as a paragraph. For showing only.
 * `schema` is Ligature's own.
 */
export function readXmlAsText(fragment: Y.XmlFragment, schema: Schema): Node {
  const blocks: Node[] = []
  const { block, unsupported_inline: unsupported } = schema.nodes
  if (block === undefined || unsupported === undefined) throw new TypeError("needs the schema of Ligature documents")
  const visit = (parent: Y.XmlFragment): void => {
    let line: Node[] = []
    const endLine = (): void => {
      if (line.length > 0) blocks.push(block.create(null, line))
      line = []
    }
    for (const child of parent.toArray() as unknown[]) {
      if (child instanceof Y.XmlText) {
        for (const { insert } of child.toDelta() as { insert: unknown }[]) {
          line.push(typeof insert === "string" ? schema.text(insert) : unsupported.create({ name: "object" }))
        }
      } else if (child instanceof Y.XmlElement) {
        endLine()
        if (child.length === 0) line.push(unsupported.create({ name: child.nodeName }))
        else visit(child)
      }
    }
    endLine()
  }
  visit(fragment)
  return schema.topNodeType.create(null, blocks.length > 0 ? blocks : [block.create()])
}
