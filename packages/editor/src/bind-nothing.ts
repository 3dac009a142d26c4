import { schema } from "@ligature/schema"
import type { Binding, ReadOnlyReason } from "./binding.ts"

/** Shows an empty, read-only surface: for documents of which is not known what to show, so that nothing is written to them. */
export function bindNothing(reason: ReadOnlyReason): Binding {
  return {
    layout: "xml",
    schema,
    plugins: [],
    readOnlyReason: reason,
    read: () => schema.node("doc", null, [schema.node("block")]),
    undo: () => false,
    redo: () => false,
    toRelative: () => null,
    toAbsolute: () => null,
    attach: () => {},
    destroy: () => {},
  }
}
