import type { Attrs } from "prosemirror-model"

/** What is written to the DOM of a raw value at most, in characters; longer ones are drawn but do not survive the clipboard. */
const MAX_RAW_CHARACTERS = 10_000

/** Carries an unknown thing's name and raw value through the DOM, so that copy and paste keep it. */
export function rawToDOM(attribute: string, attrs: Attrs): Record<string, string> {
  const dom: Record<string, string> = { [attribute]: String(attrs["name"]) }
  const value = stringify(attrs["value"])
  if (value !== undefined && value.length <= MAX_RAW_CHARACTERS) dom["data-value"] = value
  return dom
}

/** The reverse of `rawToDOM`; false (no match, as ProseMirror's parse rules say it) when it was not written by it. */
export function rawFromDOM(dom: HTMLElement, attribute: string): Attrs | false {
  const name = dom.getAttribute(attribute)
  if (name === null || name === "") return false
  const text = dom.getAttribute("data-value")
  if (text === null) return { name, value: null }
  if (text.length > MAX_RAW_CHARACTERS || text.includes("__proto__")) return false
  try {
    return { name, value: JSON.parse(text) }
  } catch {
    return false // not ours: its text is pasted as text
  }
}

function stringify(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined // a cycle or a BigInt: drawn by name only
  }
}
