import { EditorState, Plugin, TextSelection } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import type { Awareness } from "y-protocols/awareness"
import type * as Y from "yjs"
import { bindNothing } from "./bind-nothing.ts"
import { blockHandle } from "./block-handle.ts"
import type { Binding, ReadOnlyReason } from "./binding.ts"
import { caretSurroundings } from "./caret-surroundings.ts"
import { bindLayout, isSameLayout, type Layout, layoutOf, layoutOfNewDocuments } from "./choose-binding.ts"
import { type CommandName, type EditorCommand, editorCommands } from "./commands.ts"
import { dropPlace } from "./drop-place.ts"
import { markdownRules } from "./input-rules.ts"
import { keys } from "./keymap.ts"
import { loadWhenIdle } from "./later.ts"
import { freshSelection } from "./fresh-selection.ts"
import { linkEditor, openLinkEditor } from "./link-editor.ts"
import { movedTo, type MovedTo } from "./moved-document.ts"
import { listNumbers } from "./list-numbers.ts"
import { Notice } from "./notice.ts"
import { clipboard } from "./paste.ts"
import { placeholder } from "./placeholder.ts"
import { publishSelection } from "./presence.ts"
import { alwaysEditable, type ReadOnlySignal } from "./read-only-signal.ts"
import { remoteCursors } from "./remote-cursors.ts"
import { scrollRoomIn } from "./scroll-room.ts"
import { ENGLISH, type EditorStrings } from "./strings.ts"
import { loadedTableCode } from "./table-code.ts"
import { taskCheckbox } from "./task-checkbox.ts"

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
  /** Published as `user` in the awareness state; leave it out to publish that elsewhere. */
  readonly user?: EditorUser | undefined
  readonly placeholder?: string | undefined
  readonly strings?: Partial<EditorStrings> | undefined
  /** Which XML fragment holds the document, for documents of other editors that have several. */
  readonly fragment?: string | undefined
  /** The address of another document, for the link in one that has moved there. Without it there is a sentence and no link. */
  readonly linkTo?: ((document: string) => string) | undefined
  /** Instead of the one that the document's layout asks for. Owned by the editor from here on. */
  readonly binding?: Binding | undefined
}

export interface LigatureEditor {
  readonly view: EditorView
  readonly strings: EditorStrings
  readonly commands: Readonly<Record<CommandName, EditorCommand>>
  /** Whether a person may change the document now. */
  readonly isEditable: boolean
  /** Where the document keeps its text; "empty" until it has any. */
  readonly layout: Layout
  /** Where the document goes on, if somebody made a new one of it. */
  readonly movedTo: MovedTo | null
  /** Why the document itself cannot be edited here, or null. */
  readonly readOnlyReason: ReadOnlyReason | null
  /** Runs a command on the selection; false if it does not apply. */
  run(name: CommandName): boolean
  /** Calls `listener` after each change of text, selection or editability; returns what ends that. */
  onUpdate(listener: () => void): () => void
  focus(): void
  destroy(): void
}

/** An editor on a shared document. It knows no network: whoever owns `doc` and `awareness` carries them to others. */
export function createEditor(options: EditorOptions): LigatureEditor {
  const { awareness, doc, element } = options
  const strings: EditorStrings = { ...ENGLISH, ...options.strings }
  const readOnly = options.readOnly ?? alwaysEditable
  const listeners = new Set<() => void>()
  /** Stays "empty" until the document's first words tell what it is. */
  let layout: Layout = layoutOf(doc, options.fragment)
  let moved = movedTo(doc)
  let isDestroyed = false
  /** Binds a layout; while its code is fetched, nothing is shown, nothing can be written, and the notice says so. */
  const bindFor = (wanted: Layout): Binding => {
    const bound = bindLayout(doc, wanted, options.fragment)
    if (!(bound instanceof Promise)) return bound
    void bound.then(
      (ready) => rebind(ready),
      () => rebind(bindNothing("code-missing")),
    )
    return bindNothing("opening")
  }
  let binding = options.binding ?? bindFor(layout)
  let commands = editorCommands(binding)
  let stopReplaced: (() => void) | undefined
  /** Whether what tables need is in the state. */
  let hasTables = false

  const surface = makeSurface(element)
  const notice = new Notice(surface.text, strings, (document) => options.linkTo?.(document) ?? null)
  const reason = (): ReadOnlyReason | null => (moved === null ? (binding.readOnlyReason ?? null) : "moved")
  const isEditable = (): boolean => !readOnly.current && reason() === null
  const features = (): Plugin[] => [
    // What is no one's writing (others' changes, cursors) passes; what a person does needs an editable document.
    new Plugin({
      filterTransaction: (transaction) =>
        !transaction.docChanged || isEditable() || transaction.getMeta("addToHistory") === false,
    }),
    freshSelection(),
    markdownRules(),
    keys(binding, openLinkEditor, () => notice.say(strings.partMissing)),
    clipboard(binding),
    taskCheckbox(strings),
    listNumbers(),
    caretSurroundings(),
    placeholder(options.placeholder ?? strings.placeholder),
    linkEditor({ host: surface.root, strings }),
    dropPlace(),
    ...(binding.layout === "flow" ? [blockHandle({ host: surface.root, strings })] : []),
    ...(awareness === undefined
      ? []
      : [
          publishSelection(awareness, () => binding),
          remoteCursors(awareness, { binding: () => binding, layer: surface.layer, someone: strings.someone }),
        ]),
  ]
  const tables = (): Plugin[] => {
    if (binding.islands == null) return []
    return loadedTableCode()?.tableEditing({ binding, host: surface.root, strings, say: notice.say }) ?? []
  }
  const makeState = (): EditorState => {
    // Reading comes first: it tells whether there are tables.
    const document = binding.read()
    hasTables = binding.islands != null
    return EditorState.create({ doc: document, plugins: [...binding.plugins, ...tables(), ...features()] })
  }
  /** What a person does with tables comes with the first one. */
  const meetTables = (): void => {
    if (hasTables || binding.islands == null) return
    hasTables = true
    const before = binding.plugins.length
    const { plugins } = view.state
    view.updateState(
      view.state.reconfigure({ plugins: [...plugins.slice(0, before), ...tables(), ...plugins.slice(before)] }),
    )
  }
  const tell = (): void => {
    notice.show(reason(), moved?.document ?? null)
    for (const listener of listeners) listener()
  }

  const scrollRoom = scrollRoomIn(element.ownerDocument)
  const view = new EditorView(
    { mount: surface.text },
    {
      state: makeState(),
      editable: isEditable,
      dispatchTransaction(transaction) {
        view.updateState(view.state.apply(transaction))
        meetTables()
        tell()
      },
      scrollThreshold: scrollRoom,
      scrollMargin: scrollRoom,
      attributes: () => ({
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": strings.editorLabel,
        "aria-readonly": String(!isEditable()),
        // Without it a document that cannot be edited could not be reached by keyboard, and not be scrolled.
        tabindex: "0",
      }),
    },
  )
  const attachBinding = (): void => {
    binding.attach(view)
    stopReplaced = binding.onReplaced?.((selection) => {
      const state = makeState()
      const { tr } = state
      if (selection !== null) {
        tr.setSelection(TextSelection.between(tr.doc.resolve(selection.anchor), tr.doc.resolve(selection.head)))
      }
      view.updateState(state.apply(tr))
      tell()
    })
  }
  attachBinding()
  notice.show(reason(), moved?.document ?? null)

  const rebind = (next: Binding): void => {
    if (isDestroyed) {
      next.destroy()
      return
    }
    stopReplaced?.()
    const before = binding
    binding = next
    commands = editorCommands(binding)
    view.updateState(makeState())
    before.destroy()
    attachBinding()
    tell()
  }

  // What was empty may turn out, once it is loaded, to be in another layout than new documents get.
  const reconsider = (): void => {
    if (layout.layout !== "empty" || options.binding !== undefined) return
    layout = layoutOf(doc, options.fragment)
    if (layout.layout === "empty" || isSameLayout(layout, layoutOfNewDocuments(options.fragment))) return
    rebind(bindFor(layout))
  }
  const follow = (): void => {
    const next = movedTo(doc)
    if (next?.document === moved?.document) return
    moved = next
    view.setProps({})
    tell()
  }
  doc.on("afterAllTransactions", reconsider)
  doc.on("afterAllTransactions", follow)
  const stopReadOnly = readOnly.onChange(() => {
    view.setProps({})
    tell()
  })
  const stopLoading = loadWhenIdle(element.ownerDocument.defaultView ?? globalThis.window)
  if (options.user !== undefined) awareness?.setLocalStateField("user", options.user)

  return {
    view,
    strings,
    get commands() {
      return commands
    },
    get isEditable() {
      return isEditable()
    },
    get readOnlyReason() {
      return reason()
    },
    get layout() {
      return layout
    },
    get movedTo() {
      return moved
    },
    run: (name) => isEditable() && commands[name].run(view.state, view.dispatch, view),
    onUpdate(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    focus: () => view.focus(),
    destroy() {
      isDestroyed = true
      doc.off("afterAllTransactions", reconsider)
      doc.off("afterAllTransactions", follow)
      stopReplaced?.()
      stopReadOnly()
      stopLoading()
      view.destroy()
      surface.root.remove()
      binding.destroy()
      listeners.clear()
    },
  }
}

/** The text and, over it, the layer for cursors; both in a box of their own, which positions are relative to. */
function makeSurface(element: HTMLElement): { root: HTMLElement; text: HTMLElement; layer: HTMLElement } {
  const { ownerDocument } = element
  const root = ownerDocument.createElement("div")
  root.className = "ligature-editor"
  const text = ownerDocument.createElement("div")
  text.className = "ligature-text"
  const layer = ownerDocument.createElement("div")
  layer.className = "ligature-layer"
  layer.setAttribute("aria-hidden", "true")
  root.append(text, layer)
  element.append(root)
  return { root, text, layer }
}
