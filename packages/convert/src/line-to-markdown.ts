import type { Mark } from "prosemirror-model"
import { codeSpan, escapeLineStart, escapeText, linkTarget } from "./escape-markdown.ts"
import type { LinePiece } from "./line-pieces.ts"

/**
 * The inside of a block as Markdown, one string for each line of it. With `oneLine`, as headings are, breaks are tags.
 * Where asterisks would not be read as a format (spaces inside them, letters around them), the format is written as a tag.
 */
export function lineToMarkdown(pieces: readonly LinePiece[], options: { readonly oneLine: boolean }): string[] {
  const tokens = tokensOf(pieces, options.oneLine)
  chooseDelimiters(tokens)
  const written = tokens.map(write).join("")
  if (options.oneLine) return [written]
  return written.split("\n").map(escapeLineStart)
}

type Token = { readonly type: "raw"; readonly raw: string } | { readonly type: "open" | "close"; readonly span: Span }

/** A run of text that has a mark; it is opened and closed in the same way. */
interface Span {
  readonly mark: Mark
  delimiter: string | null
}

const TAGS: Readonly<Record<string, string>> = { bold: "strong", italic: "em", underline: "u", strike: "del" }
const DELIMITERS: Readonly<Record<string, string>> = { bold: "**", italic: "_", strike: "~~" }

function tokensOf(pieces: readonly LinePiece[], oneLine: boolean): Token[] {
  const tokens: Token[] = []
  const open: Span[] = []
  const closeDownTo = (length: number): void => {
    while (open.length > length) {
      const span = open.pop()
      if (span !== undefined) tokens.push({ type: "close", span })
    }
  }
  for (const [i, piece] of pieces.entries()) {
    const wanted = piece.marks.filter((mark) => mark.type.name !== "code")
    const kept = open.findIndex(({ mark }) => !mark.isInSet(wanted))
    closeDownTo(kept === -1 ? open.length : kept)
    const missing = wanted.filter((mark) => open.every((span) => span.mark !== mark && !span.mark.eq(mark)))
    // What lasts longest goes outermost, so that little has to be closed and opened again.
    const lengths = new Map(missing.map((mark) => [mark, lengthOf(mark, pieces, i)]))
    missing.sort((a, b) => (lengths.get(b) ?? 0) - (lengths.get(a) ?? 0))
    for (const mark of missing) {
      const span: Span = { mark, delimiter: null }
      open.push(span)
      tokens.push({ type: "open", span })
    }
    tokens.push({ type: "raw", raw: rawOf(piece, i === pieces.length - 1, oneLine) })
  }
  closeDownTo(0)
  return tokens
}

/** How many pieces from here on have a mark. Looks no further than it has to for an order. */
function lengthOf(mark: Mark, pieces: readonly LinePiece[], from: number): number {
  const end = Math.min(pieces.length, from + 20)
  let i = from
  while (i < end && mark.isInSet(pieces[i]?.marks ?? [])) i++
  return i - from
}

function rawOf(piece: LinePiece, isLast: boolean, oneLine: boolean): string {
  // A backslash at the very end would be just that.
  if (piece.type === "break") return oneLine || isLast ? "<br>" : "\\\n"
  return piece.marks.some((mark) => mark.type.name === "code") ? codeSpan(piece.text) : escapeText(piece.text)
}

function chooseDelimiters(tokens: readonly Token[]): void {
  const opened = new Map<Span, boolean>()
  for (const [i, token] of tokens.entries()) {
    if (token.type === "raw") continue
    const delimiter = DELIMITERS[token.span.mark.type.name]
    if (delimiter === undefined) continue
    const before = lastCharacter(tokens[i - 1])
    const after = firstCharacter(tokens[i + 1])
    if (token.type === "open") opened.set(token.span, holds(delimiter, before, after))
    else if (opened.get(token.span) === true && holds(delimiter, after, before)) token.span.delimiter = delimiter
  }
}

/** Whether a delimiter between these two characters is surely read as one (CommonMark 0.31, section 6.2, on the safe side). */
function holds(delimiter: string, outside: string, inside: string): boolean {
  if (/^[\s\p{Z}]?$/u.test(inside)) return false
  const isFree = /^(|[ \n]|[!-/:-@[-`{-~])$/.test(outside)
  return isFree || (delimiter !== "_" && /[\p{L}\p{N}]/u.test(inside))
}

/** Every way to write a mark begins and ends with punctuation, so this stands for all of them. */
const MARKUP = "*"

function lastCharacter(token: Token | undefined): string {
  if (token === undefined) return ""
  return token.type === "raw" ? (/.$/su.exec(token.raw.slice(-2))?.[0] ?? "") : MARKUP
}

function firstCharacter(token: Token | undefined): string {
  if (token === undefined) return ""
  return token.type === "raw" ? String.fromCodePoint(token.raw.codePointAt(0) ?? 32) : MARKUP
}

function write(token: Token, at: number, tokens: readonly Token[]): string {
  if (token.type === "raw") {
    const next = tokens[at + 1]
    // An exclamation mark before a link would make it an image.
    const isBeforeLink = next?.type === "open" && next.span.mark.type.name === "link"
    return isBeforeLink && token.raw.endsWith("!") ? `${token.raw.slice(0, -1)}\\!` : token.raw
  }
  const { mark, delimiter } = token.span
  if (mark.type.name === "link") return token.type === "open" ? "[" : `](${linkTarget(String(mark.attrs["href"]))})`
  if (delimiter !== null) return delimiter
  const tag = TAGS[mark.type.name]
  if (tag === undefined) return ""
  return token.type === "open" ? `<${tag}>` : `</${tag}>`
}
