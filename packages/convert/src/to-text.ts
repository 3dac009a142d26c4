import { blocksToText } from "@ligature/schema"
import type { Node } from "prosemirror-model"

/** A document as plain text: list items with their marker, one line each; an empty line between everything else. */
export function toText(document: Node): string {
  return blocksToText(document.content)
}
