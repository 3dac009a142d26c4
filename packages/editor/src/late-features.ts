// Fetched together, behind the first screen: see later.ts.

export { fillToolbar } from "./fill-toolbar.ts"
export { LinkDialog } from "./link-dialog.ts"
export { linkAround } from "./link-range.ts"
export { moveDown, moveUp } from "./move-blocks.ts"
export { takeFirstScreen } from "./take-first-screen.ts"
