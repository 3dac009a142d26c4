import type { Node } from "prosemirror-model"
import type * as Y from "yjs"
import { fromXml, type ReadXml } from "./from-xml.ts"
import { documentUpdate } from "./shared-document.ts"
import { takeTitle } from "./take-title.ts"

/** A new document made of one of another editor. */
export interface ConvertedXml {
  /** The whole new document as one Yjs update (V1), to be applied once, in one place. */
  readonly update: Uint8Array
  readonly title: string
  readonly unsupported: ReadXml["unsupported"]
}

/**
 * Makes a new Ligature document of the XML fragment `root` of `doc`, which stays as it is. The title is the old one's `title`, else the
 * first heading. Two calls make two documents, each with all the words that were there at the time.
 */
export function convertXml(doc: Y.Doc, root: string): ConvertedXml {
  const { document, unsupported } = fromXml(doc.getXmlFragment(root))
  const named = root === "title" ? "" : doc.getText("title").toJSON()
  const taken = named === "" && beginsWithWords(document) ? takeTitle(document) : { title: named, document }
  return { update: documentUpdate(taken.document, { title: taken.title }), title: taken.title, unsupported }
}

/** A title is text alone: a heading with more than that in it stays where it is. */
function beginsWithWords(document: Node): boolean {
  let isText = true
  document.firstChild?.descendants((node) => {
    if (node.type.name === "unsupported_inline") isText = false
  })
  return isText
}
