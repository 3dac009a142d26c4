import type { TableStrings } from "./tables/table-strings.ts"

/** Every sentence and name the editor shows or says. Give some of them to `createEditor` to translate. */
export interface EditorStrings {
  readonly editorLabel: string
  readonly placeholder: string
  readonly toolbarLabel: string
  readonly undo: string
  readonly redo: string
  readonly paragraph: string
  readonly heading1: string
  readonly heading2: string
  readonly heading3: string
  readonly bold: string
  readonly italic: string
  readonly underline: string
  readonly strike: string
  readonly code: string
  readonly link: string
  readonly bulletList: string
  readonly orderedList: string
  readonly taskList: string
  readonly indent: string
  readonly outdent: string
  readonly quote: string
  readonly codeBlock: string
  readonly rule: string
  readonly table: string
  /** What is said of tables, in `table-strings.ts`; some of it or none. */
  readonly tables: Partial<TableStrings>
  readonly linkAddress: string
  readonly linkApply: string
  readonly linkRemove: string
  readonly linkOpen: string
  readonly linkInvalid: string
  readonly taskDone: string
  readonly someone: string
  readonly moveBlock: string
  readonly moved: string
  readonly goToNewDocument: string
  readonly unrepresentable: string
  readonly severalLayouts: string
  readonly opening: string
  readonly codeMissing: string
  readonly partMissing: string
}

export const ENGLISH: EditorStrings = {
  editorLabel: "Document",
  placeholder: "Write something…",
  toolbarLabel: "Formatting",
  undo: "Undo",
  redo: "Redo",
  paragraph: "Text",
  heading1: "Heading 1",
  heading2: "Heading 2",
  heading3: "Heading 3",
  bold: "Bold",
  italic: "Italic",
  underline: "Underline",
  strike: "Strikethrough",
  code: "Code",
  link: "Link",
  bulletList: "Bulleted list",
  orderedList: "Numbered list",
  taskList: "Task list",
  indent: "Indent",
  outdent: "Outdent",
  quote: "Quote",
  codeBlock: "Code block",
  rule: "Divider",
  table: "Table",
  tables: {},
  linkAddress: "Web address",
  linkApply: "Apply",
  linkRemove: "Remove link",
  linkOpen: "Open link",
  linkInvalid: "This is not a web, mail or phone address.",
  taskDone: "Done",
  someone: "Someone",
  moveBlock: "Drag to move; or press Alt with the up or down arrow",
  moved: "This document goes on in a new one, and can only be read here.",
  goToNewDocument: "Go to the new document",
  unrepresentable:
    "This document holds content that this editor cannot edit without losing some of it. It can be read here.",
  severalLayouts: "This document holds several texts, and which one to open is not said. It can be read here.",
  opening: "Opening …",
  codeMissing:
    "This document was written by another editor, and the part of this one that reads it could not be loaded. Reload when you are online.",
  partMissing: "The part of the editor that does this could not be loaded. Try again when you are online.",
}
