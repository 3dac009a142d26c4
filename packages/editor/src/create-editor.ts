import { baseKeymap } from "prosemirror-commands"
import { keymap } from "prosemirror-keymap"
import { EditorState, type Plugin } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import type * as Y from "yjs"
import type { Binding, ReadOnlyReason } from "./binding.ts"
import { chooseBinding } from "./choose-binding.ts"
import { alwaysEditable, type ReadOnlySignal } from "./read-only-signal.ts"
import { ENGLISH, type EditorStrings } from "./strings.ts"

/** Who the writer is to others. The colour is `#rrggbb`. */
export interface EditorUser {
  readonly name: string
  readonly color: string
}

export interface EditorOptions {
  /** The editor puts itself into this element and takes itself out again on `destroy`. */
  readonly element: HTMLElement
  /** Owned by the caller; never destroyed here. */
  readonly doc: Y.Doc
  /** For others' cursors and one's own; without it the editor shows nobody. Owned by the caller. */
  readonly awareness?: Awareness | undefined
  readonly readOnly?: ReadOnlySignal | undefined
  readonly user?: EditorUser | undefined
  readonly placeholder?: string | undefined
  readonly strings?: Partial<EditorStrings> | undefined
  /** Which XML fragment holds the document, for documents of other editors that have several. */
  readonly fragment?: string | undefined
  /** Instead of the one that the document's layout asks for. Owned by the editor from here on. */
  readonly binding?: Binding | undefined
}

export interface LigatureEditor {
  readonly view: EditorView
  readonly strings: EditorStrings
  /** Whether a person may change the document now. */
  readonly isEditable: boolean
  /** Why the document itself cannot be edited here, or null. */
  readonly readOnlyReason: ReadOnlyReason | null
  /** Calls `listener` after each change of text, selection or editability; returns what ends that. */
  onUpdate(listener: () => void): () => void
  focus(): void
  destroy(): void
}

/** An editor on a shared document. It knows no network: whoever owns `doc` and `awareness` carries them to others. */
export function createEditor(options: EditorOptions): LigatureEditor {
  const strings: EditorStrings = { ...ENGLISH, ...options.strings }
  const readOnly = options.readOnly ?? alwaysEditable
  const listeners = new Set<() => void>()
  const binding = options.binding ?? chooseBinding(options.doc, { fragment: options.fragment })

  const isEditable = (): boolean => !readOnly.current && (binding.readOnlyReason ?? null) === null
  const makeState = (): EditorState =>
    EditorState.create({ doc: binding.read(), plugins: [...binding.plugins, ...features(binding)] })
  const view = new EditorView(
    { mount: mountIn(options.element) },
    {
      state: makeState(),
      editable: isEditable,
      dispatchTransaction(transaction) {
        view.updateState(view.state.apply(transaction))
        for (const listener of listeners) listener()
      },
      attributes: { role: "textbox", "aria-multiline": "true", "aria-label": strings.editorLabel },
    },
  )
  binding.attach(view)
  const stopReplaced = binding.onReplaced?.(() => view.updateState(makeState()))
  const stopReadOnly = readOnly.onChange(() => view.setProps({}))

  return {
    view,
    strings,
    get isEditable() {
      return isEditable()
    },
    get readOnlyReason() {
      return binding.readOnlyReason ?? null
    },
    onUpdate(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    focus: () => view.focus(),
    destroy() {
      stopReplaced?.()
      stopReadOnly()
      const { dom } = view
      view.destroy()
      dom.remove()
      binding.destroy()
    },
  }
}

function mountIn(element: HTMLElement): HTMLElement {
  const mount = element.ownerDocument.createElement("div")
  mount.className = "ligature-text"
  element.append(mount)
  return mount
}

function features(binding: Binding): Plugin[] {
  return [keymap({ "Mod-z": binding.undo, "Mod-y": binding.redo, "Shift-Mod-z": binding.redo }), keymap(baseKeymap)]
}
