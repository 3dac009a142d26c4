/*
 * What a flow consists of. One Y.Text holds a whole document:
 *
 *   flow  := first? (marker unit* fence?)*
 *   first := fence? unit* fence?    there when something lives before the first marker, or when there is no marker
 *   unit  := one UTF-16 code unit | one embed that is no marker
 *
 * A marker opens a block and carries its id; the block's attributes lie in a Y.Map under "<id>.<key>".
 * A fence ends a block. It is zero wide for people, may be missing or doubled after merges, and readers ignore it; it is
 * there so that "typed at the end of this block" and "opened a block behind it" never have the same left neighbour.
 */

/** The end of a block, as a character of the flow. Never part of what people typed. */
export const FENCE = "\n"

/** A line break inside a block (code), as it is stored: the newline itself is taken by the fence. */
const LINE_BREAK = "\u2028"

/** Stands for the block without a marker where an id is needed: its attributes lie under "first.<key>". */
export const FIRST_BLOCK = "first"

/** The id of the block that an embed opens; null when the embed is no marker but something in the line. */
export function markerId(embed: unknown): string | null {
  return typeof embed === "object" && embed !== null && "b" in embed && typeof embed.b === "string" ? embed.b : null
}

/** A block's id, from the place of its marker in its writer's history: unique without asking anybody. */
export function blockId(client: number, clock: number): string {
  return `${client.toString(36)}-${clock.toString(36)}`
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/** Text as the flow stores it. Keeps its length, so offsets are the same on both sides. */
export function toFlowText(text: string): string {
  // Half a pair cannot be encoded as UTF-8: peers would receive U+FFFD while the writer still saw the half.
  return text.replace(LONE_SURROGATE, "\uFFFD").replaceAll("\n", LINE_BREAK)
}

/** Stored text as people see it: without fences, with line breaks. */
export function fromFlowText(text: string): string {
  return text.replaceAll(FENCE, "").replaceAll(LINE_BREAK, "\n")
}
