// What is needed before the editor is: no ProseMirror, no Yjs.
import { drawBlocks } from "@ligature/schema/draw-blocks"

export { SCHEMA_VERSION } from "@ligature/schema/schema-version"

/** What of a document was on the screen, as plain data, so that it can be shown while the document is opened again. */
export interface FirstScreen {
  /** ProseMirror's JSON of the blocks that were in view, from the top. */
  readonly blocks: readonly unknown[]
  readonly place: ScreenPlace
}

/** Where a text stands on the screen. */
export interface ScreenPlace {
  /** The first block in view: its id, if it has one, and how many blocks stand before it. */
  readonly block: string | null
  readonly index: number
  /** Of the block's upper edge below that of the window, CSS pixels. */
  readonly top: number
}

/** Draws a first screen for the looks alone: nobody can focus, select, change or hear it. Never throws for what was stored wrongly. */
export function drawFirstScreen(document: Document, screen: FirstScreen): HTMLElement {
  const text = document.createElement("div")
  text.className = "ligature-text"
  const section = document.createElement("div")
  section.className = "ligature-section"
  section.append(drawBlocks(document, screen.blocks))
  // The first section of a document looks different: what stands above the screen is not drawn, but it is there.
  if (screen.place.index > 0) text.append(document.createElement("div"))
  text.append(section)
  const editor = document.createElement("div")
  editor.className = "ligature-editor"
  editor.inert = true
  editor.setAttribute("aria-busy", "true")
  editor.append(text)
  return editor
}

/** What was stored as a first screen, or null if it makes no sense. Its blocks are checked when they are drawn. */
export function readFirstScreen(value: unknown): FirstScreen | null {
  if (!isRecord(value) || !isRecord(value["place"])) return null
  const { blocks, place } = value
  const { block, index, top } = place
  if (!Array.isArray(blocks) || blocks.length === 0) return null
  if (typeof index !== "number" || typeof top !== "number") return null
  return { blocks, place: { block: typeof block === "string" ? block : null, index, top } }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}
