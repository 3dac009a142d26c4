import type { CommandName } from "./commands.ts"

/** Paths on a 20 × 20 grid, drawn with a round stroke in the colour of the text. Letters are text: they need no drawing. */
const PATHS: Partial<Record<CommandName, string>> = {
  undo: "M7 4 3.5 7.5 7 11M4 7.5h7.5a4.25 4.25 0 0 1 0 8.5H8",
  redo: "M13 4l3.5 3.5L13 11M16 7.5H8.5a4.25 4.25 0 0 0 0 8.5H12",
  code: "M7 6 3 10l4 4M13 6l4 4-4 4",
  link: "M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2L10 5.8M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l1.1-1.1",
  bulletList: "M8 5h9M8 10h9M8 15h9M3.6 5h.01M3.6 10h.01M3.6 15h.01",
  orderedList: "M8.5 5H17M8.5 10H17M8.5 15H17M3 3.8 4.2 3v4M3 12.9c.2-1.4 2.4-1.2 2.2.2-.1.8-1.4 1.4-2.2 2.4h2.4",
  taskList: "M9.5 5.5H17M9.5 14.5H17M3 5.5l1.5 1.5 2.6-3M3 12.5h4v4H3z",
  outdent: "M9 5h8M9 10h8M3 15h14M5.5 4.5 3 7.5l2.5 3",
  indent: "M9 5h8M9 10h8M3 15h14M3 4.5l2.5 3L3 10.5",
  quote: "M4 5v10M8 6h9M8 10h9M8 14h6",
  codeBlock: "M3 4h14v12H3zM8 8l-2 2 2 2M12 8l2 2-2 2",
  rule: "M3 10h14M7 5h6M7 15h6",
  table: "M3 4h14v12H3zM3 8h14M3 12h14M9.5 4v12",
}

const LETTERS: Partial<Record<CommandName, string>> = {
  paragraph: "T",
  heading1: "H1",
  heading2: "H2",
  heading3: "H3",
  bold: "B",
  italic: "I",
  underline: "U",
  strike: "S",
}

/** What a command's button shows; its name is said by the button. */
export function iconOf(name: CommandName, document: Document): Element {
  const path = PATHS[name]
  if (path === undefined) {
    const letter = document.createElement("span")
    letter.className = `ligature-letter ligature-letter-${name}`
    letter.textContent = LETTERS[name] ?? "?"
    letter.setAttribute("aria-hidden", "true")
    return letter
  }
  const namespace = "http://www.w3.org/2000/svg"
  const svg = document.createElementNS(namespace, "svg")
  svg.setAttribute("viewBox", "0 0 20 20")
  svg.setAttribute("aria-hidden", "true")
  const drawing = document.createElementNS(namespace, "path")
  drawing.setAttribute("d", path)
  svg.append(drawing)
  return svg
}
