import { Dialog } from "../ui/dialog.tsx"
import "./shortcuts-dialog.css"

/** `Mod` is Command on Apple keyboards and Control elsewhere. */
const SHORTCUTS: readonly (readonly [heading: string, rows: readonly (readonly [what: string, keys: string])[]])[] = [
  [
    "Letters",
    [
      ["Bold", "Mod-B"],
      ["Italic", "Mod-I"],
      ["Underline", "Mod-U"],
      ["Strikethrough", "Mod-Shift-S"],
      ["Code", "Mod-E"],
      ["Link", "Mod-K"],
    ],
  ],
  [
    "Paragraphs",
    [
      ["Text", "Mod-Alt-0"],
      ["Heading 1 to 3", "Mod-Alt-1 … 3"],
      ["Numbered list", "Mod-Shift-7"],
      ["Bullet list", "Mod-Shift-8"],
      ["Task list", "Mod-Shift-9"],
      ["Further in, further out", "Tab, Shift-Tab"],
      ["New line in a paragraph", "Shift-Enter"],
    ],
  ],
  [
    "Everything",
    [
      ["Undo what you did", "Mod-Z"],
      ["Redo", "Mod-Shift-Z"],
      ["To the toolbar", "Alt-F10"],
      ["This help", "Mod-/"],
    ],
  ],
]

const AS_YOU_TYPE: readonly (readonly [typed: string, becomes: string])[] = [
  ["#  ##  ###", "headings"],
  ["-  or  *", "a bullet list"],
  ["1.", "a numbered list"],
  ["[ ]", "a task list"],
  [">", "a quote"],
  ["```", "a code block"],
  ["---", "a line across"],
  ["**bold**  *italic*  `code`", "formatted letters"],
]

export function ShortcutsDialog({ onClose }: { readonly onClose: () => void }) {
  const isApple = /Mac|iP(hone|ad|od)/.test(navigator.userAgent)
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} wide>
      <div className="shortcuts">
        {SHORTCUTS.map(([heading, rows]) => (
          <section key={heading}>
            <h3>{heading}</h3>
            <dl>
              {rows.map(([what, keys]) => (
                <div key={what}>
                  <dt>{what}</dt>
                  <dd>
                    <kbd>{keysFor(keys, isApple)}</kbd>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>As you type</h3>
          <dl>
            {AS_YOU_TYPE.map(([typed, becomes]) => (
              <div key={typed}>
                <dt>{becomes}</dt>
                <dd>
                  <kbd>{typed}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Dialog>
  )
}

function keysFor(keys: string, isApple: boolean): string {
  if (!isApple) return keys.replaceAll("Mod", "Ctrl").replaceAll("-", " + ")
  return keys.replaceAll("Mod-", "⌘").replaceAll("Shift-", "⇧").replaceAll("Alt-", "⌥")
}
