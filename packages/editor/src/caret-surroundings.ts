import { type EditorState, Plugin } from "prosemirror-state"
import { Decoration, DecorationSet } from "prosemirror-view"

/**
 * Keeps the sections beside that of the caret drawn, wherever the page is scrolled to: a browser moves the caret (arrow keys, words,
 * pages) only to places that it has laid out, and would jump over a section that it has not. See `.ligature-section` in the style sheet.
 */
export function caretSurroundings(): Plugin {
  return new Plugin({ props: { decorations: besideCaret } })
}

function besideCaret({ doc, selection: { $head } }: EditorState): DecorationSet | null {
  if (doc.firstChild?.type.name !== "section") return null
  const at = $head.index(0)
  const decorations: Decoration[] = []
  // Where the section of the caret begins; a place between two sections belongs to both.
  let start = $head.depth === 0 ? $head.pos : $head.before(1)
  for (let index = at - 1; index <= at + 1; index++) {
    const section = doc.maybeChild(index)
    if (section === null) continue
    if (index < at) start -= section.nodeSize
    decorations.push(Decoration.node(start, start + section.nodeSize, { class: "is-near-caret" }))
    start += section.nodeSize
  }
  return DecorationSet.create(doc, decorations)
}
