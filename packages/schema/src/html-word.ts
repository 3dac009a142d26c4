import type { BlockList } from "./block.ts"
import { isElement } from "./is-element.ts"

export interface WordListItem {
  readonly list: BlockList
  /** 1 for the outermost. */
  readonly level: number
  /** The nodes that draw the bullet or number. */
  readonly marker: readonly ChildNode[]
}

/** Word copies list items as paragraphs that only look like a list; the style says the level, a span marked "Ignore" holds the bullet. */
export function readWordListItem(element: HTMLElement): WordListItem | null {
  if (element.tagName !== "P") return null
  const level = /mso-list:[^;]*\blevel(\d)/i.exec(element.getAttribute("style") ?? "")?.[1]
  if (level === undefined) return null
  const marker = [...element.childNodes].filter((child) => {
    const html = isElement(child) ? child.outerHTML : ""
    return /^<span[^>]*mso-list:\s*ignore/i.test(html)
  })
  const drawn = marker
    .map((child) => child.textContent ?? "")
    .join("")
    .trim()
  return { list: /^\(?(\d+|[a-z]{1,4})[.)]/i.test(drawn) ? "ordered" : "bullet", level: Number(level), marker }
}
