import { bindFlow, writeFlow } from "@ligature/flow"
import { tableIslands } from "@ligature/flow/tables"
import { schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import * as Y from "yjs"

/** The document that a Yjs document of Ligature's layout holds, as it is now. Reading never writes. */
export function readDocument(doc: Y.Doc): Node {
  const binding = bindFlow({ doc, schema, islands: () => tableIslands })
  try {
    return binding.read()
  } finally {
    binding.destroy()
  }
}

/**
 * A new shared document with this content, as one Yjs update (V1). To be made in one place and once: applied twice from two calls, the
 * content is there twice. Block ids are new ones. The title is that of the document list, not part of the text.
 */
export function documentUpdate(document: Node, options: { readonly title?: string } = {}): Uint8Array {
  const doc = new Y.Doc()
  try {
    writeFlow({ doc, schema, islands: () => tableIslands }, document)
    if (options.title !== undefined && options.title !== "") doc.getText("title").insert(0, options.title)
    return Y.encodeStateAsUpdate(doc)
  } finally {
    doc.destroy()
  }
}
