import { safeHref } from "@ligature/schema"
import { Mark, type Node } from "prosemirror-model"

/** What Markdown can say of a block's inside: text without line breaks, and breaks between. */
export type LinePiece =
  | { readonly type: "text"; text: string; readonly marks: readonly Mark[] }
  | { readonly type: "break"; marks: readonly Mark[] }

/**
 * The inside of a block of prose, cleaned of what Markdown has no words for: unsupported marks and unsafe links are off, line breaks
 * that are characters are breaks like the others, white space at the edges of a line is gone, and no two neighbours look the same.
 */
export function linePieces(block: Node): LinePiece[] {
  const pieces = trimmed(mergedText(rawPieces(block)))
  markBreaks(pieces)
  return pieces
}

/** The characters of a block of code. What is no text in it is written as plain text writes it. */
export function codeText(block: Node): string {
  let text = ""
  block.forEach((node) => {
    text += node.isText ? (node.text ?? "") : node.type.name === "hard_break" ? "\n" : nameInBrackets(node)
  })
  return cleanText(text).replaceAll(/\r\n?/g, "\n")
}

/** An address as it is stored and written: browsers drop tabs and line breaks in it anyway. */
function cleanHref(href: unknown): string | null {
  return safeHref(href)?.replaceAll(/[\t\r\n]/g, "") ?? null
}

function rawPieces(block: Node): LinePiece[] {
  const pieces: LinePiece[] = []
  block.forEach((node) => {
    if (node.type.name === "hard_break") {
      pieces.push({ type: "break", marks: Mark.none })
      return
    }
    const marks = writableMarks(node)
    const text = cleanText(node.isText ? (node.text ?? "") : nameInBrackets(node))
    for (const [i, line] of text.split(/\r\n?|\n/).entries()) {
      if (i > 0) pieces.push({ type: "break", marks: Mark.none })
      if (line !== "") pieces.push({ type: "text", text: line, marks })
    }
  })
  return pieces
}

function writableMarks(node: Node): readonly Mark[] {
  const marks: Mark[] = []
  for (const mark of node.marks) {
    if (mark.type.name === "unsupported") continue
    if (mark.type.name !== "link") marks.push(mark)
    else {
      const href = cleanHref(mark.attrs["href"])
      if (href !== null) marks.push(mark.type.create({ href }))
    }
  }
  return Mark.setFrom(marks)
}

/** Parsers of Markdown replace the character NUL. */
function cleanText(text: string): string {
  return text.replaceAll("\0", "\uFFFD")
}

function nameInBrackets(node: Node): string {
  const name: unknown = node.attrs["name"]
  return typeof name === "string" && name !== "" ? `[${name}]` : ""
}

function mergedText(pieces: readonly LinePiece[]): LinePiece[] {
  const merged: LinePiece[] = []
  for (const piece of pieces) {
    const last = merged.at(-1)
    if (piece.type === "text" && last?.type === "text" && Mark.sameSet(piece.marks, last.marks)) last.text += piece.text
    else merged.push(piece)
  }
  return merged
}

function trimmed(pieces: readonly LinePiece[]): LinePiece[] {
  return trimmedStarts(trimmedStarts(pieces, "start").toReversed(), "end").toReversed()
}

/** Takes white space away where a line begins, seen in the direction in which the pieces come. */
function trimmedStarts(pieces: readonly LinePiece[], edge: "start" | "end"): LinePiece[] {
  const kept: LinePiece[] = []
  let isAtEdge = true
  for (const piece of pieces) {
    if (piece.type === "break") isAtEdge = true
    else if (isAtEdge) {
      piece.text = edge === "start" ? piece.text.trimStart() : piece.text.trimEnd()
      if (piece.text === "") continue
      isAtEdge = false
    }
    kept.push(piece)
  }
  return kept
}

/** A break has the formats that the text on both its sides has. */
function markBreaks(pieces: readonly LinePiece[]): void {
  const textAfter: (readonly Mark[])[] = []
  let after: readonly Mark[] = Mark.none
  for (const piece of pieces.toReversed()) {
    textAfter.push(after)
    if (piece.type === "text") after = piece.marks
  }
  textAfter.reverse()
  let before: readonly Mark[] = Mark.none
  for (const [i, piece] of pieces.entries()) {
    if (piece.type === "text") before = piece.marks
    else {
      const behind = textAfter[i] ?? Mark.none
      piece.marks = before.filter((mark) => mark.type.name !== "code" && mark.isInSet(behind))
    }
  }
}
