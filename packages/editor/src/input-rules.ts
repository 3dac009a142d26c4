import type { BlockAttributes } from "@ligature/schema"
import type { EditorState, Plugin } from "prosemirror-state"
import { blockAround, blockBefore, setBlockAttributes } from "./blocks.ts"
import { linkAddress } from "./link-address.ts"
import { type PatternRule, patternRules } from "./pattern-rules.ts"
import { type Format, markOf } from "./toggle-format.ts"

/** Markdown's marks turn into what they mean as they are typed; Backspace right after takes that back. */
export function markdownRules(): Plugin {
  return patternRules([
    blockRule(/^(#{1,3}) $/, (match) => ({ kind: "heading", level: headingLevel(match[1]), list: null })),
    blockRule(/^[-*+] $/, () => ({ list: "bullet", kind: "paragraph", level: null })),
    blockRule(/^(\d{1,6})[.)] $/, orderedItem),
    blockRule(/^\[([ x]?)\] $/i, (match) => ({
      list: "task",
      kind: "paragraph",
      level: null,
      checked: match[1]?.toLowerCase() === "x",
    })),
    blockRule(/^> $/, () => ({ quote: true })),
    blockRule(/^```([\w+#.-]{0,40}) $/, (match) => ({
      kind: "code",
      level: null,
      list: null,
      language: match[1] === undefined || match[1] === "" ? null : match[1],
    })),
    formatRule(/(?:^|[^*])(\*\*([^*\s](?:[^*]*[^*\s])?)\*\*)$/, "bold"),
    formatRule(/(?:^|[^*])(\*([^*\s](?:[^*]*[^*\s])?)\*)$/, "italic"),
    formatRule(/(?:^|[^~])(~~([^~\s](?:[^~]*[^~\s])?)~~)$/, "strike"),
    formatRule(/(?:^|[^`])(`([^`\s](?:[^`]*[^`\s])?)`)$/, "code"),
    {
      pattern: /(?:^|\s)((?:https?:\/\/|www\.)\S+) $/i,
      apply(state, match, _start, end) {
        const linked = linkAddress(state.tr, match[1] ?? "", end)
        return linked === null ? null : linked.insertText(" ", end)
      },
    },
  ])
}

type MakeAttributes = (match: RegExpMatchArray, state: EditorState) => Partial<BlockAttributes> | null

function blockRule(pattern: RegExp, makeAttributes: MakeAttributes): PatternRule {
  return {
    pattern,
    apply(state, match, start, end) {
      const block = blockAround(state.doc.resolve(start))
      if (block === null || block.node.attrs["kind"] === "code" || block.node.attrs["kind"] === "rule") return null
      const attributes = makeAttributes(match, state)
      if (attributes === null) return null
      return setBlockAttributes(state.tr.delete(start, end), block, attributes)
    },
  }
}

/** A number that continues the list before needs no start of its own; any other does, unless it is a 1 that starts a list. */
function orderedItem(match: RegExpMatchArray, state: EditorState): Partial<BlockAttributes> {
  const number = Number(match[1])
  const block = blockAround(state.selection.$from)
  const before = block === null ? null : blockBefore(state.doc, block)
  const follows =
    before?.node.attrs["list"] === "ordered" && before.node.attrs["indent"] === block?.node.attrs["indent"]
  const restart = follows ? (number === 1 ? 1 : null) : number === 1 ? null : number
  return { list: "ordered", kind: "paragraph", level: null, restart }
}

function headingLevel(hashes: string | undefined): 1 | 2 | 3 {
  return hashes === "###" ? 3 : hashes === "##" ? 2 : 1
}

/** `pattern` captures everything that is replaced, then the text that stays. */
function formatRule(pattern: RegExp, format: Format): PatternRule {
  return {
    pattern,
    apply(state, match, _start, end) {
      const type = markOf(state.schema, format)
      const whole = match[1]
      const inner = match[2]
      if (type === null || whole === undefined || inner === undefined || isCode(state, end)) return null
      // The last character of the match is the one being typed; it is not in the document.
      const from = end - (whole.length - 1)
      const opening = whole.indexOf(inner)
      const closing = whole.length - opening - inner.length - 1
      const tr = state.tr
      if (closing > 0) tr.delete(end - closing, end)
      tr.delete(from, from + opening)
      return tr.addMark(from, from + inner.length, type.create()).removeStoredMark(type)
    },
  }
}

function isCode(state: EditorState, position: number): boolean {
  return blockAround(state.doc.resolve(position))?.node.attrs["kind"] === "code"
}
