import { type Command, type EditorState } from "prosemirror-state"
import type { Binding } from "./binding.ts"
import { type BlockTest, everySelectedBlock } from "./blocks.ts"
import { indent, outdent } from "./indent.ts"
import { insertTable } from "./insert-table.ts"
import { openLinkEditor } from "./link-editor.ts"
import { insertRule, setParagraph, toggleCode, toggleHeading, toggleList, toggleQuote } from "./set-block.ts"
import { type Format, hasFormat, markOf, toggleFormat } from "./toggle-format.ts"

export type CommandName =
  | "undo"
  | "redo"
  | "paragraph"
  | "heading1"
  | "heading2"
  | "heading3"
  | "bold"
  | "italic"
  | "underline"
  | "strike"
  | "code"
  | "link"
  | "bulletList"
  | "orderedList"
  | "taskList"
  | "outdent"
  | "indent"
  | "quote"
  | "codeBlock"
  | "rule"
  | "table"

/** A thing one can do to the document, and how it stands with the selection. */
export interface EditorCommand {
  readonly run: Command
  /** Whether the selection is that already; null for what one cannot be, such as undone. */
  readonly isActive: ((state: EditorState) => boolean) | null
  /** Whether the document's schema has it at all. */
  readonly exists: (state: EditorState) => boolean
  /** For people, in the notation of `aria-keyshortcuts`, or null. */
  readonly keys: string | null
}

/** Everything that toolbar and host may offer. Keys are repeated from the keymap for people to read. */
export function editorCommands(binding: Binding): Readonly<Record<CommandName, EditorCommand>> {
  return {
    undo: { run: binding.undo, isActive: null, exists: () => true, keys: "Mod+Z" },
    redo: { run: binding.redo, isActive: null, exists: () => true, keys: "Mod+Shift+Z" },
    paragraph: block(
      setParagraph,
      (attrs) => attrs["kind"] === "paragraph" && attrs["list"] === null && attrs["quote"] !== true,
      "Mod+Alt+0",
    ),
    heading1: block(toggleHeading(1), (attrs) => attrs["kind"] === "heading" && attrs["level"] === 1, "Mod+Alt+1"),
    heading2: block(toggleHeading(2), (attrs) => attrs["kind"] === "heading" && attrs["level"] === 2, "Mod+Alt+2"),
    heading3: block(toggleHeading(3), (attrs) => attrs["kind"] === "heading" && attrs["level"] === 3, "Mod+Alt+3"),
    bold: format("bold", "Mod+B"),
    italic: format("italic", "Mod+I"),
    underline: format("underline", "Mod+U"),
    strike: format("strike", "Mod+Shift+X"),
    code: format("code", "Mod+E"),
    link: { ...format("link", "Mod+K"), run: openLinkEditor },
    bulletList: block(toggleList("bullet"), (attrs) => attrs["list"] === "bullet", "Mod+Shift+8"),
    orderedList: block(toggleList("ordered"), (attrs) => attrs["list"] === "ordered", "Mod+Shift+7"),
    taskList: block(toggleList("task"), (attrs) => attrs["list"] === "task", "Mod+Shift+9"),
    outdent: { ...block(outdent, () => false, "Shift+Tab"), isActive: null },
    indent: { ...block(indent, () => false, "Tab"), isActive: null },
    quote: block(toggleQuote, (attrs) => attrs["quote"] === true, null),
    codeBlock: block(toggleCode, (attrs) => attrs["kind"] === "code", null),
    rule: { ...block(insertRule, () => false, null), isActive: null },
    table: {
      run: insertTable(binding),
      isActive: null,
      exists: (state) => state.schema.nodes["table_island"] !== undefined,
      keys: null,
    },
  }
}

function block(
  run: Command,
  is: (attrs: Readonly<Record<string, unknown>>) => boolean,
  keys: string | null,
): EditorCommand {
  const test: BlockTest = (node) => is(node.attrs)
  return {
    run,
    isActive: (state) => everySelectedBlock(state, test),
    exists: (state) => state.schema.nodes["block"] !== undefined,
    keys,
  }
}

function format(name: Format, keys: string): EditorCommand {
  return {
    run: toggleFormat(name),
    isActive: (state) => hasFormat(state, name),
    exists: (state) => markOf(state.schema, name) !== null,
    keys,
  }
}
