import type { Schema } from "prosemirror-model"
import type * as Y from "yjs"
import { FlowBinding } from "./flow-binding.ts"
import { SchemaMap } from "./schema-map.ts"
import { openFlow } from "./yjs-items.ts"

export interface FlowOptions {
  readonly doc: Y.Doc
  /** The name of the root Y.Text that holds the document. Default `flow`. */
  readonly root?: string
  /** The name of the root Y.Map that holds the blocks' attributes. Default `attrs`. */
  readonly attrs?: string
  /** A schema whose top node holds blocks, whose blocks hold inline nodes, and in which the nodes and marks below exist. */
  readonly schema: Schema
  /** The name of the block's node type. Its attribute `id` shows the block's id. Default `block`. */
  readonly block?: string
  /** The mark with `name` and `value` that stands for formats the schema does not know. Default `unsupported`. */
  readonly unknownMark?: string
  /** The inline node with `name` and `value` that stands for embeds the schema does not know. Default `unsupported_inline`. */
  readonly unknownInline?: string
  /** Told when flow and view had to be made equal by drawing the view anew: a fault of this package. Default: the console. */
  readonly onFault?: (fault: Error) => void
}

/**
 * Binds a flow to ProseMirror: make a state from `read()` and `plugins`, and the binding follows the view that gets it.
 * The flow plugin has to come first in the state. Reading, remote changes and drawing never write to the document.
 */
export function bindFlow(options: FlowOptions): FlowBinding {
  const { doc, schema } = options
  return new FlowBinding({
    doc,
    text: openFlow(doc, options.root ?? "flow"),
    attrs: doc.getMap(options.attrs ?? "attrs"),
    schema,
    map: new SchemaMap(schema, {
      block: options.block ?? "block",
      unknownMark: options.unknownMark ?? "unsupported",
      unknownAtom: options.unknownInline ?? "unsupported_inline",
    }),
    onFault: options.onFault ?? ((fault) => globalThis.console.error(fault)),
  })
}
