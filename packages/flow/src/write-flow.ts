import type { Node } from "prosemirror-model"
import { Transform } from "prosemirror-transform"
import { type FlowOptions, schemaMapOf } from "./bind-flow.ts"
import { BlockAttributes } from "./block-attributes.ts"
import { BlockIndex } from "./block-index.ts"
import { FlowFault } from "./flow-cursor.ts"
import { fillIndex, nodeOf } from "./patch-view.ts"
import { wholeFlow } from "./plan-regions.ts"
import { ViewWriter } from "./write-view.ts"
import { openFlow } from "./yjs-items.ts"

/**
 * Writes a whole document into a flow that is still empty, in one Yjs transaction. For whoever makes a new document from something
 * else, in one place and before anybody else can have it. Throws FlowFault when the flow has content. Blocks get ids of their own.
 */
export function writeFlow(options: Omit<FlowOptions, "onFault">, document: Node): void {
  const { doc } = options
  const text = openFlow(doc, options.root ?? "flow")
  if (text.length > 0) throw new FlowFault("a document can be written as a whole into an empty flow only")
  const map = schemaMapOf(options)
  const attributes = new BlockAttributes(doc.getMap(options.attrs ?? "attrs"))
  const found = wholeFlow(text, map)
  const nodes = found.map((each) => nodeOf(each, map, attributes))
  const index = new BlockIndex(map.sectionType !== null)
  fillIndex(index, found, nodes, [nodes.length])
  const before = map.document(nodes, [nodes.length])
  const change = new Transform(before).replaceWith(0, before.content.size, document.content)
  const islands = options.islands?.() ?? null
  if (islands instanceof Promise)
    throw new TypeError("a document is written at once: the code for its islands has to be here")
  const made = islands?.({ doc, schema: options.schema, map, attributes }) ?? null
  doc.transact((transaction) => {
    const writer = new ViewWriter({ transaction, text, map, index, attributes, freed: new Set() }, made)
    writer.write(change)
    writer.finish()
  }, writeFlow)
}
