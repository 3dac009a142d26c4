import { fileURLToPath } from "node:url"

/** An editor to measure: a page that shows a document of the server with it. All speak to the same Ligature server. */
export interface Editor {
  readonly name: string
  /** The script of its page. */
  readonly script: string
}

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Ligature first; ratios are against it. The peers' pages are plain JavaScript beside the packages they need. */
export const EDITORS: readonly Editor[] = [
  { name: "ligature", script: file("pages/ligature.ts") },
  { name: "y-prosemirror", script: file("../peers/pages/y-prosemirror.js") },
  { name: "Tiptap", script: file("../peers/pages/tiptap.js") },
  { name: "BlockNote", script: file("../peers/pages/blocknote.js") },
]

/** Ligature as `npm start` serves it: the whole app, with everything on, from its own server. */
export const APP: Editor = { name: "the app", script: file("pages/app.ts") }

export function editorNamed(name: string): Editor {
  const editor = [APP, ...EDITORS].find((one) => one.name === name)
  if (editor === undefined) throw new RangeError(`no editor is called ${name}`)
  return editor
}
