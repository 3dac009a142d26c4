import { markSpecs, nodeSpecs } from "@ligature/schema"
import { type MarkSpec, type NodeSpec, Schema } from "prosemirror-model"
import { foreignMarks, foreignNodes, unknownMark, unknownNode } from "./foreign-specs.ts"
import type { ElementFacts, XmlSurvey } from "./xml-survey.ts"

/**
 * A schema that holds everything a survey has found, under the names found: Ligature's own nodes if it is a Ligature document, the usual
 * ones of Tiptap and ProseMirror where names are equal, and everything else as kept but unsupported. Null when no schema can.
 */
export function schemaFor(survey: XmlSurvey): Schema | null {
  if (survey.problem !== null) return null
  const ownLayout = survey.rootChildren.size === 0 || survey.rootChildren.has("block")
  const known: Readonly<Record<string, NodeSpec>> = ownLayout ? nodeSpecs : foreignNodes
  const roles = findRoles(survey, known)
  if (roles === null) return null

  const names = [...survey.elements.keys()]
  if (ownLayout) names.unshift("block", "hard_break", "unsupported_inline")
  else names.unshift(survey.rootChildren.has("paragraph") ? "paragraph" : firstTextblock(survey, roles), "paragraph")
  const unique = [...new Set(names)].filter((name) => name !== "")

  // Names come from others and may hold any character, so content expressions speak of groups of our own making.
  const groups = new Map(unique.map((name, index) => [name, `n${index}`]))
  const groupOf = (name: string): string => groups.get(name) ?? ""
  const nodes: [string, NodeSpec][] = unique.map((name) => {
    const facts = survey.elements.get(name)
    const spec = own(known, name) ?? unknownNode(name, roles.inline.has(name))
    const inline = spec.inline === true
    return [
      name,
      {
        ...spec,
        group: `${groupOf(name)} ${inline ? "inline" : "block"}`,
        content: contentFor(name, spec, facts, roles, groupOf),
        attrs: { ...fromNames(facts?.attributes ?? []), ...spec.attrs },
      },
    ]
  })
  const rootNames = new Set([unique[0] ?? "", ...survey.rootChildren])
  const doc: NodeSpec = { content: `(${[...rootNames].map(groupOf).join(" | ")})+` }

  const knownMarks: Readonly<Record<string, MarkSpec>> = ownLayout ? markSpecs : foreignMarks
  const markNames = new Set([...(ownLayout ? Object.keys(markSpecs) : []), ...survey.marks.keys()])
  const marks: [string, MarkSpec][] = [...markNames].map((name) => {
    const facts = survey.marks.get(name)
    const spec = own(knownMarks, name) ?? unknownMark(name)
    const attrs = { ...fromNames(facts?.attributes ?? []), ...spec.attrs }
    return [name, { ...spec, attrs, ...(facts?.overlapping === true ? { excludes: "" } : {}) }]
  })
  return new Schema({
    nodes: Object.fromEntries([["doc", doc], ...nodes, ["text", { group: "inline" }]]),
    marks: Object.fromEntries(marks),
  })
}

/** Whether two schemas made here have the same nodes and marks with the same attributes and content. */
export function holdsTheSame(a: Schema, b: Schema): boolean {
  return signature(a) === signature(b)
}

function signature(schema: Schema): string {
  return JSON.stringify([
    Object.values(schema.nodes).map(({ name, spec }) => [
      name,
      spec.content,
      spec.inline,
      Object.keys(spec.attrs ?? {}).sort(),
    ]),
    Object.values(schema.marks).map(({ name, spec }) => [name, spec.excludes, Object.keys(spec.attrs ?? {}).sort()]),
  ])
}

interface Roles {
  /** Names that stand in lines of text. */
  readonly inline: ReadonlySet<string>
  /** Names that hold lines of text. */
  readonly textblock: ReadonlySet<string>
}

/** Who stands beside text and who holds it, followed through the whole survey; null when one name is used both ways. */
function findRoles(survey: XmlSurvey, known: Readonly<Record<string, NodeSpec>>): Roles | null {
  const inline = new Set<string>()
  const textblock = new Set<string>()
  for (const name of survey.elements.keys()) {
    if (own(known, name)?.inline === true) inline.add(name)
    if (own(known, name)?.content === "inline*") textblock.add(name)
  }
  let before = -1
  while (before !== inline.size + textblock.size) {
    before = inline.size + textblock.size
    for (const [name, facts] of survey.elements) {
      if (facts.hasText || [...facts.children].some((child) => inline.has(child))) textblock.add(name)
      if (textblock.has(name)) for (const child of facts.children) inline.add(child)
    }
  }
  const contradicts = (name: string, facts: ElementFacts): boolean => {
    const spec = own(known, name)
    if (spec === undefined) return false
    if (inline.has(name) !== (spec.inline === true)) return true
    if (textblock.has(name) !== (spec.content === "inline*")) return true
    return (spec.content ?? "") === "" && facts.children.size > 0
  }
  for (const [name, facts] of survey.elements) if (contradicts(name, facts)) return null
  for (const name of survey.rootChildren) if (inline.has(name)) return null
  // An inline node that holds blocks has blocks that stand in lines.
  for (const name of inline) {
    const facts = survey.elements.get(name)
    if (facts !== undefined && !textblock.has(name) && facts.children.size > 0) return null
  }
  // A block may not stand both between blocks and in a line.
  for (const [name, facts] of survey.elements) {
    if (!textblock.has(name) && [...facts.children].some((child) => inline.has(child))) return null
  }
  return { inline, textblock }
}

function contentFor(
  name: string,
  spec: NodeSpec,
  facts: ElementFacts | undefined,
  roles: Roles,
  groupOf: (name: string) => string,
): string {
  if (spec.content === "inline*" || roles.textblock.has(name)) return "inline*"
  const children = [...(facts?.children ?? [])].map(groupOf)
  // One of the usual containers that happens to be empty everywhere may hold paragraphs.
  if (children.length === 0) return spec.content === undefined ? "" : "n0*"
  return `(${children.join(" | ")})${facts?.wasEmpty === true ? "*" : "+"}`
}

/** Names come from others: "constructor" is not a node. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

function firstTextblock(survey: XmlSurvey, roles: Roles): string {
  return [...survey.rootChildren].find((name) => roles.textblock.has(name)) ?? ""
}

function fromNames(names: Iterable<string>): Record<string, { default: null }> {
  return Object.fromEntries([...names].map((name) => [name, { default: null }]))
}
