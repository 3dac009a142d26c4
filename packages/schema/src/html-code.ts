import { cleanLanguage } from "./block.ts"

/** The text and language of an element that is a block of code, or null. Code editors copy code as lines of `<div>` in a fixed font. */
export function readCode(element: HTMLElement): { text: string; language: string | null } | null {
  const isPre = element.tagName === "PRE"
  if (!isPre && !(element.tagName === "DIV" && isFixedAndPreserved(element))) return null
  const inner = element.querySelector("code")
  const classes = `${element.className} ${inner?.className ?? ""}`
  const language =
    element.dataset["language"] ??
    inner?.dataset["language"] ??
    /\b(?:language|lang|brush:)[-: ]?([\w+#.-]+)/.exec(classes)?.[1]
  return { text: textOf(element).replace(/\n$/, ""), language: cleanLanguage(language) }
}

function isFixedAndPreserved(element: HTMLElement): boolean {
  const { fontFamily, whiteSpace } = element.style
  return whiteSpace.startsWith("pre") && /monospace|consolas|menlo|courier/i.test(fontFamily)
}

function textOf(node: Node): string {
  let text = ""
  for (const child of node.childNodes) {
    if (child.nodeType === 3) text += child.nodeValue ?? ""
    else if (child.nodeName === "BR") text += "\n"
    else if (child.nodeName === "DIV") text += `${textOf(child).replace(/\n$/, "")}\n`
    else text += textOf(child)
  }
  return text
}
