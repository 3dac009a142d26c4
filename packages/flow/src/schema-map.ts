import {
  type AttributeSpec,
  type Attrs,
  Fragment,
  Mark,
  type MarkType,
  type Node,
  type NodeType,
  type Schema,
} from "prosemirror-model"
import * as Y from "yjs"
import { type Formats, NO_FORMATS, sameValue } from "./formats.ts"
import { markerId } from "./grammar.ts"
import { isIsland, standInOf } from "./island.ts"

type Values = Readonly<Record<string, unknown>>

/** The attribute of the view's block that shows the block's id; it is never stored under itself. */
const ID = "id"

const NO_VALUES: ReadonlyMap<string, unknown> = new Map()

/**
 * The correspondence between a flow and a ProseMirror schema, of which it knows only four names: the block's node type, its
 * attribute `id`, and the mark and inline node that stand for what the schema does not know (`name` and raw `value`).
 */
export class SchemaMap {
  readonly blockType: NodeType
  /** The node that groups blocks, where the schema's documents consist of such; null where they consist of blocks. */
  readonly sectionType: NodeType | null
  /** The names of the block attributes that are stored, in the schema's order. */
  readonly attributeNames: readonly string[]
  readonly #schema: Schema
  readonly #unknownMark: MarkType
  readonly #unknownAtom: NodeType
  readonly #marksOfFormats = new WeakMap<Formats, readonly Mark[]>()
  readonly #formatsOfMarks = new WeakMap<readonly Mark[], Formats>()

  constructor(schema: Schema, names: { block: string; section: string; unknownMark: string; unknownAtom: string }) {
    this.#schema = schema
    this.blockType = typeNamed(schema.nodes, names.block)
    const section = schema.nodes[names.section]
    const holdsSections = section !== undefined && schema.topNodeType.contentMatch.matchType(section) !== null
    this.sectionType = holdsSections ? section : null
    this.attributeNames = Object.keys(this.blockType.spec.attrs ?? {}).filter((name) => name !== ID)
    this.#unknownMark = typeNamed(schema.marks, names.unknownMark)
    this.#unknownAtom = typeNamed(schema.nodes, names.unknownAtom)
  }

  /** A document of these blocks, in sections of these lengths where documents have sections. */
  document(blocks: readonly Node[], lengths: readonly number[]): Node {
    const { sectionType } = this
    if (sectionType === null) return this.#schema.topNodeType.create(null, Fragment.fromArray([...blocks]))
    let next = 0
    const sections = lengths.map((length) =>
      sectionType.create(null, Fragment.fromArray(blocks.slice(next, (next += length)))),
    )
    return this.#schema.topNodeType.create(null, Fragment.fromArray(sections))
  }

  text(text: string, marks: readonly Mark[]): Node {
    return this.#schema.text(text, marks)
  }

  block(id: string | null, values: ReadonlyMap<string, unknown>, content: Fragment): Node {
    return this.blockType.create(this.blockAttrs(id, values), content)
  }

  /** What a block with these stored values shows: what is missing or not valid shows as its default. */
  blockAttrs(id: string | null, values: ReadonlyMap<string, unknown> = NO_VALUES): Attrs {
    const attrs: Record<string, unknown> = { [ID]: id }
    if (values.size === 0) return attrs
    for (const name of this.attributeNames) {
      const value = values.get(name)
      const spec = this.blockType.spec.attrs?.[name]
      if (value !== undefined && spec !== undefined && isValid(spec, value)) attrs[name] = value
    }
    return attrs
  }

  attributeDefault(name: string): unknown {
    return this.blockType.spec.attrs?.[name]?.default
  }

  /** Whether one of these values is the kind of an island. */
  hasIslandKind(kinds: ReadonlySet<unknown>): boolean {
    for (const { spec } of Object.values(this.#schema.nodes)) {
      const kind: unknown = spec["islandKind"]
      if (kind !== undefined && kinds.has(kind)) return true
    }
    return false
  }

  /** What the flow has of a node of the view: a stand-in for an island, else the node itself. */
  flat(node: Node): Node {
    if (!isIsland(node.type)) return node
    return standInOf(node, (text) => {
      const kind: unknown = node.type.spec["islandKind"]
      return this.blockType.create({ [ID]: node.attrs[ID], kind }, text.content)
    })
  }

  /** The marks that show these formats, in the schema's order. What it cannot show becomes the unknown mark, with its raw value. */
  marksOf(formats: Formats): readonly Mark[] {
    if (formats.size === 0) return Mark.none
    const known = this.#marksOfFormats.get(formats)
    if (known !== undefined) return known
    const marks: Mark[] = []
    for (const key of [...formats.keys()].sort()) marks.push(this.#markOf(key, formats.get(key)))
    const sorted = Mark.setFrom(marks)
    this.#marksOfFormats.set(formats, sorted)
    return sorted
  }

  /** The formats that show as these marks. */
  formatsOf(marks: readonly Mark[]): Formats {
    if (marks.length === 0) return NO_FORMATS
    const known = this.#formatsOfMarks.get(marks)
    if (known !== undefined) return known
    const formats = new Map<string, unknown>()
    // Unknown ones first: a mark that the schema knows wins over a raw value under the same key.
    for (const mark of marks)
      if (mark.type === this.#unknownMark) formats.set(String(mark.attrs["name"]), mark.attrs["value"])
    for (const mark of marks) if (mark.type !== this.#unknownMark) formats.set(mark.type.name, valueOfMark(mark))
    for (const [key, value] of formats) if (value === null || value === undefined) formats.delete(key)
    this.#formatsOfMarks.set(marks, formats)
    return formats
  }

  /** The same formats, each with the value that writing its mark would give. */
  canonical(formats: Formats): Formats {
    return this.formatsOf(this.marksOf(formats))
  }

  keyOf(mark: Mark): { key: string; value: unknown } {
    if (mark.type === this.#unknownMark) return { key: String(mark.attrs["name"]), value: mark.attrs["value"] }
    return { key: mark.type.name, value: valueOfMark(mark) }
  }

  #markOf(key: string, value: unknown): Mark {
    const type = this.#schema.marks[key]
    if (type !== undefined && type !== this.#unknownMark) {
      const specs = type.spec.attrs ?? {}
      const none = Object.keys(specs).length === 0
      if (none && value === true) return type.create()
      if (!none && isRecord(value) && fits(specs, value)) return type.create(value)
    }
    return this.#unknownMark.create({ name: key, value })
  }

  /** The inline node that shows an embed, or a nested Yjs type, which is given as itself. */
  atomOf(embed: unknown): Node {
    if (embed instanceof Y.AbstractType) return this.#unknownAtom.create({ name: "y-type", value: null })
    const name = isRecord(embed) && typeof embed["type"] === "string" ? embed["type"] : ""
    const type = this.#schema.nodes[name]
    if (
      type !== undefined &&
      type.isInline &&
      type.isLeaf &&
      !type.isText &&
      type !== this.#unknownAtom &&
      isRecord(embed)
    ) {
      const attrs = embed["attrs"] ?? {}
      const plain = Object.keys(embed).every((key) => key === "type" || key === "attrs")
      if (plain && isRecord(attrs) && fits(type.spec.attrs ?? {}, attrs)) return type.create(attrs)
    }
    return this.#unknownAtom.create({ name, value: embed })
  }

  /** Whether two inline nodes are the same once they are stored, marks aside. */
  sameAtom(a: Node, b: Node): boolean {
    return hasSameType(a, b) || hasSameType(this.atomOf(this.embedOf(a)), this.atomOf(this.embedOf(b)))
  }

  /** The embed that an inline node is stored as. */
  embedOf(node: Node): object {
    if (node.type === this.#unknownAtom) {
      const value: unknown = node.attrs["value"]
      // A pasted raw value must not pass for the beginning of a block.
      if (typeof value === "object" && value !== null && markerId(value) === null) return value
      return { type: String(node.attrs["name"]) || node.type.name }
    }
    const attrs = withoutDefaults(node.type.spec.attrs ?? {}, node.attrs)
    return attrs === null ? { type: node.type.name } : { type: node.type.name, attrs }
  }
}

function hasSameType(a: Node, b: Node): boolean {
  return a.hasMarkup(b.type, b.attrs, a.marks)
}

function typeNamed<T>(types: Readonly<Record<string, T>>, name: string): T {
  const type = types[name]
  if (type === undefined) throw new TypeError(`the schema has no "${name}", which a flow needs`)
  return type
}

/** `true` for a mark without attributes, else those that are not at their default. */
function valueOfMark(mark: Mark): unknown {
  const specs = mark.type.spec.attrs ?? {}
  if (Object.keys(specs).length === 0) return true
  return withoutDefaults(specs, mark.attrs) ?? {}
}

function withoutDefaults(specs: Readonly<Record<string, AttributeSpec>>, attrs: Attrs): Record<string, unknown> | null {
  const kept = Object.keys(specs).filter(
    (name) => !("default" in (specs[name] ?? {})) || !sameValue(attrs[name], specs[name]?.default),
  )
  return kept.length === 0 ? null : Object.fromEntries(kept.map((name) => [name, attrs[name]]))
}

function fits(specs: Readonly<Record<string, AttributeSpec>>, values: Values): boolean {
  for (const [name, value] of Object.entries(values)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (spec === undefined || !isValid(spec, value)) return false
  }
  return Object.entries(specs).every(([name, spec]) => "default" in spec || name in values)
}

function isValid(spec: AttributeSpec, value: unknown): boolean {
  const { validate } = spec
  if (validate === undefined) return true
  if (typeof validate === "string") return validate.split("|").includes(value === null ? "null" : typeof value)
  try {
    validate(value)
    return true
  } catch {
    return false // ProseMirror's validators say no by throwing
  }
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
