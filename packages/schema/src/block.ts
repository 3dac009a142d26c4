import type { Node } from "prosemirror-model"

/** The kinds this version draws. A block of another kind keeps its name and is shown as unsupported. */
export type BlockKind = "paragraph" | "heading" | "code" | "rule"

export type BlockList = "bullet" | "ordered" | "task"

/**
 * What a block is, apart from its text. All of it is attributes, so no conversion ever moves a word.
 * Values may come from other peers: read them through `blockAttributes`, which replaces what makes no sense.
 */
export interface BlockAttributes {
  readonly id: string | null
  /** A `BlockKind`, or the name of a kind that a newer version knows. */
  readonly kind: string
  /** Only for headings. */
  readonly level: 1 | 2 | 3 | null
  readonly list: BlockList | null
  /** Steps of nesting, 0 to `MAX_INDENT`. */
  readonly indent: number
  /** Only for task items. */
  readonly checked: boolean
  readonly quote: boolean
  /** Only for code, as a highlighter names it. */
  readonly language: string | null
  /** An ordered item with a number here starts a new list at that number. */
  readonly restart: number | null
}

export type BlockAttributeName = keyof BlockAttributes

export const MAX_INDENT = 8

export const BLOCK_DEFAULTS: BlockAttributes = {
  id: null,
  kind: "paragraph",
  level: null,
  list: null,
  indent: 0,
  checked: false,
  quote: false,
  language: null,
  restart: null,
}

export const BLOCK_ATTRIBUTE_NAMES: readonly BlockAttributeName[] = [
  "id",
  "kind",
  "level",
  "list",
  "indent",
  "checked",
  "quote",
  "language",
  "restart",
]

/** The attributes of a block as they can be trusted: what another peer wrote out of range reads as its default. */
export function blockAttributes(block: Pick<Node, "attrs">): BlockAttributes {
  const raw = block.attrs
  return {
    id: typeof raw["id"] === "string" ? raw["id"] : null,
    kind: typeof raw["kind"] === "string" && raw["kind"] !== "" ? raw["kind"] : "paragraph",
    level: raw["level"] === 1 || raw["level"] === 2 || raw["level"] === 3 ? raw["level"] : null,
    list: raw["list"] === "bullet" || raw["list"] === "ordered" || raw["list"] === "task" ? raw["list"] : null,
    indent: clampIndent(raw["indent"]),
    checked: raw["checked"] === true,
    quote: raw["quote"] === true,
    language: cleanLanguage(raw["language"]),
    restart: cleanRestart(raw["restart"]),
  }
}

export function isKnownKind(kind: string): kind is BlockKind {
  return kind === "paragraph" || kind === "heading" || kind === "code" || kind === "rule"
}

export function clampIndent(value: unknown): number {
  return typeof value === "number" && value > 0 ? Math.min(MAX_INDENT, Math.trunc(value)) : 0
}

export function cleanLanguage(value: unknown): string | null {
  return typeof value === "string" && /^[\w+#.-]{1,40}$/.test(value) ? value : null
}

export function cleanRestart(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 999_999 ? value : null
}
