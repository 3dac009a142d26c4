import { BLOCK_DEFAULTS, schema as documentSchema, viewSchema } from "@ligature/schema"
import type { Node, Schema } from "prosemirror-model"
import { EditorState, type Plugin, TextSelection, type Command } from "prosemirror-state"

/**
 * Documents as people read them: one string for each block, what differs from a plain paragraph before a colon, `|` for the caret (two
 * for a range). "bullet+1: a|b" is a bullet one step in with the caret between a and b.
 */
export function stateOf(
  blocks: readonly string[],
  plugins: readonly Plugin[] = [],
  grouping: Grouping = "flat",
): EditorState {
  const schema: Schema = grouping === "flat" ? documentSchema : viewSchema
  const carets: { block: number; unit: number }[] = []
  const nodes = blocks.map((line, block) => {
    const { attributes, text } = readBlock(line)
    let plain = ""
    for (const character of text) {
      if (character === "|") carets.push({ block, unit: plain.length })
      else plain += character
    }
    return schema.node("block", attributes, plain === "" ? [] : [schema.text(plain)])
  })
  const groups = grouping === "flat" ? nodes : nodes.map((node) => schema.node("section", null, node))
  const doc = schema.node("doc", null, groups)
  const [anchor, head] = carets.map(({ block, unit }) => placeIn(doc, block, unit))
  const selection = anchor === undefined ? undefined : TextSelection.create(doc, anchor, head ?? anchor)
  return EditorState.create({ doc, plugins: [...plugins], ...(selection === undefined ? {} : { selection }) })
}

/** How the view groups blocks: not at all, or with a border between each two of them, which nobody may notice. */
export type Grouping = "flat" | "borders everywhere"

/** The blocks of a state in the same notation, with marks in Markdown's manner. */
export function show(state: EditorState): string[] {
  const { anchor, head, empty } = state.selection
  return blocksOf(state.doc).map(({ node, start }) => {
    let text = textWithMarks(node)
    if (start <= head && head <= start + node.content.size) text = insertAt(text, node, head - start)
    if (!empty && start <= anchor && anchor <= start + node.content.size) text = insertAt(text, node, anchor - start)
    return describe(node, text)
  })
}

/** Without caret and marks. */
export function showText(doc: Node): string[] {
  return blocksOf(doc).map(({ node }) => describe(node, node.textContent.replaceAll("\n", "⏎")))
}

export function showMarks(doc: Node): string[] {
  return blocksOf(doc).map(({ node }) => describe(node, textWithMarks(node)))
}

/** The state after a command, or null if it did not apply. */
export function after(state: EditorState, ...commands: readonly Command[]): EditorState | null {
  let now: EditorState = state
  for (const command of commands) {
    const applied = command(now, (transaction) => {
      now = now.apply(transaction)
    })
    if (!applied) return null
  }
  return now
}

/** What a command makes of some blocks; throws where it makes another thing of them when the view groups them. */
export function run(command: Command, ...blocks: readonly string[]): string[] | null {
  const [flat, grouped] = (["flat", "borders everywhere"] as const).map((grouping) => {
    const state = after(stateOf(blocks, [], grouping), command)
    state?.doc.check()
    return state === null ? null : show(state)
  })
  if (JSON.stringify(flat) !== JSON.stringify(grouped)) {
    throw new Error(`over borders of sections comes ${JSON.stringify(grouped)}, else ${JSON.stringify(flat)}`)
  }
  return flat ?? null
}

/** The position in front of a unit of a block, both counted from 0. */
export function placeIn(doc: Node, block: number, unit: number): number {
  return (blocksOf(doc)[block]?.start ?? 0) + unit
}

function blocksOf(doc: Node): { node: Node; start: number }[] {
  const blocks: { node: Node; start: number }[] = []
  doc.descendants((node, pos) => {
    if (node.isTextblock) blocks.push({ node, start: pos + 1 })
    return !node.isTextblock
  })
  return blocks
}

function readBlock(line: string): { attributes: Record<string, unknown>; text: string } {
  const head =
    /^((?:(?:h[123]|code(?:\([\w+#.-]+\))?|rule|kind-\w+|bullet|ordered|task|done|quote|restart=\d+|\+\d) ?)+):(?: |$)/.exec(
      line,
    )
  const attributes: Record<string, unknown> = { ...BLOCK_DEFAULTS }
  for (const word of (head?.[1] ?? "").split(" ")) {
    if (/^h[123]$/.test(word)) Object.assign(attributes, { kind: "heading", level: Number(word[1]) })
    else if (word.startsWith("code")) {
      Object.assign(attributes, { kind: "code", language: /\((.*)\)/.exec(word)?.[1] ?? null })
    } else if (word === "rule") attributes["kind"] = "rule"
    else if (word.startsWith("kind-")) attributes["kind"] = word.slice(5)
    else if (word === "done") attributes["checked"] = true
    else if (word === "quote") attributes["quote"] = true
    else if (word.startsWith("restart=")) attributes["restart"] = Number(word.slice(8))
    else if (word.startsWith("+")) attributes["indent"] = Number(word.slice(1))
    else if (word !== "") attributes["list"] = word
  }
  return { attributes, text: line.slice(head?.[0].length ?? 0).replaceAll("⏎", "\n") }
}

function describe(node: Node, text: string): string {
  const { kind, level, list, indent, checked, quote, language, restart } = node.attrs
  const words = [
    kind === "heading" ? `h${level}` : kind === "code" ? `code${language === null ? "" : `(${language})`}` : null,
    kind === undefined || ["paragraph", "heading", "code"].includes(kind)
      ? null
      : kind === "rule"
        ? "rule"
        : `kind-${kind}`,
    list ?? null,
    indent > 0 ? `+${indent}` : null,
    checked === true ? "done" : null,
    quote === true ? "quote" : null,
    restart === null || restart === undefined ? null : `restart=${restart}`,
  ].filter((word) => word !== null)
  if (words.length === 0) return text
  return text === "" ? `${words.join(" ")}:` : `${words.join(" ")}: ${text}`
}

const MARKS: Readonly<Record<string, string>> = { bold: "**", italic: "*", strike: "~~", code: "`", underline: "__" }

function textWithMarks(node: Node): string {
  let text = ""
  for (const child of node.children) {
    let run = child.isText ? (child.text ?? "").replaceAll("\n", "⏎") : child.type.name === "hard_break" ? "↵" : "¤"
    for (const mark of child.marks) {
      const sign = MARKS[mark.type.name]
      run = mark.type.name === "link" ? `[${run}](${mark.attrs["href"]})` : `${sign ?? ""}${run}${sign ?? ""}`
    }
    text += run
  }
  return text
}

/** Only exact where no marks are, which is where tests look at the caret. */
function insertAt(text: string, node: Node, offset: number): string {
  return node.children.some((child) => child.marks.length > 0) ? text : `${text.slice(0, offset)}|${text.slice(offset)}`
}
