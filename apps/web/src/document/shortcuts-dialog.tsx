import type { LigatureEditor } from "@ligature/embed"
import { Dialog } from "../ui/dialog.tsx"
import { keysAsShown } from "./keys-as-shown.ts"
import "./shortcuts-dialog.css"

type CommandName = keyof LigatureEditor["commands"]
type Row = readonly [what: string, keys: string]

const LETTERS: readonly CommandName[] = ["bold", "italic", "underline", "strike", "code", "link"]
const PARAGRAPHS: readonly CommandName[] = [
  "paragraph",
  "heading1",
  "heading2",
  "heading3",
  "bulletList",
  "orderedList",
  "taskList",
]
const DOING: readonly CommandName[] = ["undo", "redo"]

const IN_PARAGRAPHS: readonly Row[] = [
  ["Further in", "Tab"],
  ["Further out", "Shift+Tab"],
  ["Move up", "Alt+ArrowUp"],
  ["Move down", "Alt+ArrowDown"],
  ["New line in a paragraph", "Shift+Enter"],
  ["Tick a task, leave code or a quote", "Mod+Enter"],
]
const GETTING_AROUND: readonly Row[] = [
  ["To the toolbar", "Alt+F10"],
  ["To the options of a table", "Alt+Shift+F10"],
  ["Next cell, or a new row", "Tab"],
  ["Out of a table", "Mod+Enter"],
  ["Out of the text", "Escape, then Tab"],
  ["This help", "Mod+/"],
]
const AS_YOU_TYPE: readonly Row[] = [
  ["Headings", "#  ##  ###"],
  ["Bullet list", "-"],
  ["Numbered list", "1."],
  ["Task list", "[ ]"],
  ["Quote", ">"],
  ["Code block", "```"],
  ["Divider", "---"],
  ["Table", "| one | two |, then Enter"],
  ["Bold", "**bold**"],
  ["Italic", "*italic*"],
  ["Code", "`code`"],
]

/** Every key there is. What the editor can do, it says itself. */
export function ShortcutsDialog(props: { readonly editor: LigatureEditor | null; readonly onClose: () => void }) {
  const { editor, onClose } = props
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} wide>
      <div className="shortcuts">
        <Section heading="Letters" rows={rowsOf(editor, LETTERS)} />
        <Section heading="Paragraphs" rows={[...rowsOf(editor, PARAGRAPHS), ...IN_PARAGRAPHS]} />
        <Section heading="Everything" rows={[...rowsOf(editor, DOING), ...GETTING_AROUND]} />
        <Section heading="As you type, followed by a space" rows={AS_YOU_TYPE} isTyped />
      </div>
    </Dialog>
  )
}

function Section(props: { readonly heading: string; readonly rows: readonly Row[]; readonly isTyped?: boolean }) {
  const { heading, rows, isTyped = false } = props
  if (rows.length === 0) return null
  const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent)
  return (
    <section>
      <h3>{heading}</h3>
      <dl>
        {rows.map(([what, keys]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              <kbd>{isTyped ? keys : keysAsShown(keys, isApple)}</kbd>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

/** A document in the layout of another editor may lack some commands. */
function rowsOf(editor: LigatureEditor | null, names: readonly CommandName[]): readonly Row[] {
  if (editor === null) return []
  return names.flatMap((name): Row[] => {
    const { exists, keys } = editor.commands[name]
    return keys !== null && exists(editor.view.state) ? [[editor.strings[name], keys]] : []
  })
}
