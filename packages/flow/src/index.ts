export { bindFlow, type FlowOptions } from "./bind-flow.ts"
export { newBlockId } from "./fresh-ids.ts"
export { writeFlow } from "./write-flow.ts"
export { moveBlocks } from "./move-blocks.ts"
export type { SectionSizes } from "./sections.ts"
export type { BoundView, FlowBinding } from "./flow-binding.ts"
export type { FlowPosition } from "./caret.ts"
export { FlowFault } from "./flow-cursor.ts"
// Items, index and cursors stay inside: whoever wants to write a flow goes through ProseMirror steps, a whole new document, or through Yjs alone.
