import { keydownHandler } from "prosemirror-keymap"
import { AllSelection, type Command, Plugin } from "prosemirror-state"
import { backspaceAtStart, deleteAtEnd } from "./backspace.ts"
import type { Binding } from "./binding.ts"
import { blockOfCaret, hasSelectedBlock } from "./blocks.ts"
import { chainCommands } from "./chain-commands.ts"
import { enter, leaveBlock, lineBreak } from "./enter.ts"
import { indent, insertCodeTab, outdent } from "./indent.ts"
import { startsTable } from "./insert-table.ts"
import { backspaceBehindIsland, deleteBeforeIsland } from "./islands.ts"
import { type LateFeatures, withLateFeatures } from "./later.ts"
import { linkingAddress } from "./link-address.ts"
import { undoPatternRule } from "./pattern-rules.ts"
import { setParagraph, toggleChecked, toggleHeading, toggleList } from "./set-block.ts"
import { toggleFormat } from "./toggle-format.ts"

/** Every key of the editor. Commands that do not fit the document at hand let the key pass; `missing` is told where the code of one cannot be fetched. */
export function keys(binding: Binding, openLinkEditor: Command, missing: () => void): Plugin {
  const backward = chainCommands(deleteSelection, backspaceBehindIsland, backspaceAtStart)
  const forward = chainCommands(deleteSelection, deleteBeforeIsland, deleteAtEnd)
  /** Moves blocks, now or when the code for that is here. At the edge, the key must not move the caret instead. */
  const moving = (way: "moveUp" | "moveDown"): Command => {
    return (state, dispatch, view) => {
      let isDone = false
      const move = (code: LateFeatures): unknown =>
        view?.editable === true && (isDone = code[way](view.state, dispatch, view))
      if (view !== undefined) withLateFeatures(view, move, missing)
      return isDone || hasSelectedBlock(state)
    }
  }
  const bindings: Record<string, Command> = {
    "Mod-z": always(binding.undo),
    "Mod-y": always(binding.redo),
    "Shift-Mod-z": always(binding.redo),
    "Mod-b": toggleFormat("bold"),
    "Mod-i": toggleFormat("italic"),
    "Mod-u": toggleFormat("underline"),
    "Mod-Shift-x": toggleFormat("strike"),
    "Mod-Shift-s": toggleFormat("strike"),
    "Mod-e": toggleFormat("code"),
    "Mod-a": selectAll,
    "Mod-k": (state, dispatch, view) => {
      if (view !== undefined) withLateFeatures(view, () => undefined, missing)
      return openLinkEditor(state, dispatch, view)
    },
    "Mod-Alt-0": setParagraph,
    "Mod-Alt-1": toggleHeading(1),
    "Mod-Alt-2": toggleHeading(2),
    "Mod-Alt-3": toggleHeading(3),
    "Mod-Shift-7": toggleList("ordered"),
    "Mod-Shift-8": toggleList("bullet"),
    "Mod-Shift-9": toggleList("task"),
    Enter: linkingAddress(chainCommands(startsTable(binding), enter)),
    "Shift-Enter": lineBreak,
    "Mod-Enter": chainCommands(toggleChecked, leaveBlock),
    Backspace: chainCommands(undoPatternRule, backward),
    "Mod-Backspace": backward,
    "Shift-Backspace": backward,
    Delete: forward,
    "Mod-Delete": forward,
    Tab: chainCommands(insertCodeTab, indent, stay),
    "Shift-Tab": chainCommands(outdent, stay),
    // What editors of code and what editors of prose are used to.
    "Alt-ArrowUp": moving("moveUp"),
    "Alt-ArrowDown": moving("moveDown"),
    "Alt-Shift-ArrowUp": moving("moveUp"),
    "Alt-Shift-ArrowDown": moving("moveDown"),
    ...(isMac() && {
      "Ctrl-h": backward,
      "Alt-Backspace": backward,
      "Ctrl-d": forward,
      "Ctrl-Alt-Backspace": forward,
      "Alt-Delete": forward,
      "Alt-d": forward,
    }),
  }
  const own = keydownHandler(bindings)
  const base = keydownHandler(binding.baseKeys ?? {})
  // Escape, then Tab leaves the editor: the only way out for those who have no pointer.
  let tabLeaves = false
  return new Plugin({
    props: {
      handleKeyDown(view, event) {
        if (event.key === "Tab" && tabLeaves) return false
        if (event.key === "Escape") tabLeaves = true
        else if (event.key !== "Shift" && event.key !== "Tab") tabLeaves = false
        return own(view, event) || base(view, event)
      },
      handleDOMEvents: {
        // The same from a menu of the browser, or from a gesture on a phone.
        beforeinput(view, event) {
          const command = { historyUndo: binding.undo, historyRedo: binding.redo }[event.inputType]
          if (command === undefined) return false
          event.preventDefault()
          command(view.state, view.dispatch, view)
          return true
        },
        blur: () => {
          tabLeaves = false
          return false
        },
      },
      handleTextInput(view, _from, _to, text) {
        // What is typed into a rule becomes a paragraph after it.
        const block = blockOfCaret(view.state.selection)
        if (block?.node.attrs["kind"] !== "rule") return false
        leaveBlock(view.state, view.dispatch, view)
        view.dispatch(view.state.tr.insertText(text).scrollIntoView())
        return true
      },
    },
  })
}

/** What text fields of the system know besides. */
function isMac(): boolean {
  return /Mac|iP(hone|[oa]d)/.test(globalThis.navigator?.platform ?? "")
}

const deleteSelection: Command = (state, dispatch) => {
  if (state.selection.empty) return false
  dispatch?.(state.tr.deleteSelection().scrollIntoView())
  return true
}

const selectAll: Command = (state, dispatch) => {
  dispatch?.(state.tr.setSelection(new AllSelection(state.doc)))
  return true
}

/** The browser keeps an undo history of its own, which knows nothing of the others: it must not answer where ours has come to its end. */
function always(command: Command): Command {
  return (state, dispatch, view) => {
    command(state, dispatch, view)
    return true
  }
}

/** In blocks, Tab never moves the focus by surprise, even where there is nothing to indent. */
const stay: Command = hasSelectedBlock
