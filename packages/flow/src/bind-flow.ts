import type { Schema } from "prosemirror-model"
import type * as Y from "yjs"
import { FlowBinding } from "./flow-binding.ts"
import type { IslandsSource } from "./islands.ts"
import { SchemaMap } from "./schema-map.ts"
import { SECTION_SIZES, type SectionSizes } from "./sections.ts"
import { openFlow } from "./yjs-items.ts"

export interface FlowOptions {
  readonly doc: Y.Doc
  /** The name of the root Y.Text that holds the document. Default `flow`. */
  readonly root?: string
  /** The name of the root Y.Map that holds the blocks' attributes. Default `attrs`. */
  readonly attrs?: string
  /** A schema whose top node holds blocks, or sections of blocks, whose blocks hold inline nodes, and in which the nodes and marks below exist. */
  readonly schema: Schema
  /** The name of the block's node type. Its attribute `id` shows the block's id. Default `block`. */
  readonly block?: string
  /** The name of the node type that groups blocks in the view, where the top node holds such; never stored. Default `section`. */
  readonly section?: string
  /** How long the sections of the view are, in blocks. Default: 50 to 150. */
  readonly sectionSizes?: SectionSizes
  /** The mark with `name` and `value` that stands for formats the schema does not know. Default `unsupported`. */
  readonly unknownMark?: string
  /** The inline node with `name` and `value` that stands for embeds the schema does not know. Default `unsupported_inline`. */
  readonly unknownInline?: string
  /** Gives what reads and writes islands, such as tables, when the first one is met. Without it they are blocks of an unknown kind. */
  readonly islands?: IslandsSource
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
    map: schemaMapOf(options),
    sections: options.sectionSizes ?? SECTION_SIZES,
    islands: options.islands ?? null,
    onFault: options.onFault ?? ((fault) => globalThis.console.error(fault)),
  })
}

export function schemaMapOf(options: Omit<FlowOptions, "onFault">): SchemaMap {
  return new SchemaMap(options.schema, {
    block: options.block ?? "block",
    section: options.section ?? "section",
    unknownMark: options.unknownMark ?? "unsupported",
    unknownAtom: options.unknownInline ?? "unsupported_inline",
  })
}
