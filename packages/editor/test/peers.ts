import * as Y from "yjs"
import { Awareness } from "y-protocols/awareness"
import { createEditor, type EditorOptions, type LigatureEditor } from "../src/index.ts"

export interface Peer {
  readonly doc: Y.Doc
  readonly editor: LigatureEditor
  type(text: string, position?: number): void
}

/** Two editors, each on a document of its own, joined by a wire that can be cut. */
export class TwoPeers {
  readonly a: Peer
  readonly b: Peer
  #isConnected = true

  constructor(options: Partial<EditorOptions> = {}, seed?: (doc: Y.Doc) => void) {
    const [a, b] = [new Y.Doc(), new Y.Doc()]
    a.clientID = 1
    b.clientID = 2
    if (seed !== undefined) {
      seed(a)
      Y.applyUpdate(b, Y.encodeStateAsUpdate(a), this)
    }
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      from.on("update", (update: Uint8Array, origin: unknown) => {
        if (origin !== this && this.#isConnected) Y.applyUpdate(to, update, this)
      })
    }
    this.a = peerOn(a, options)
    this.b = peerOn(b, options)
  }

  /** What both do meanwhile, the other does not see; then they meet. */
  apart(work: () => void): void {
    this.#isConnected = false
    work()
    this.#isConnected = true
    Y.applyUpdate(this.b.doc, Y.encodeStateAsUpdate(this.a.doc, Y.encodeStateVector(this.b.doc)), this)
    Y.applyUpdate(this.a.doc, Y.encodeStateAsUpdate(this.b.doc, Y.encodeStateVector(this.a.doc)), this)
  }

  destroy(): void {
    for (const { editor, doc } of [this.a, this.b]) {
      editor.destroy()
      doc.destroy()
    }
  }
}

export function peerOn(doc: Y.Doc, options: Partial<EditorOptions> = {}): Peer {
  const editor = createEditor({
    element: document.createElement("div"),
    doc,
    awareness: new Awareness(doc),
    ...options,
  })
  return {
    doc,
    editor,
    type(text, position) {
      const { state } = editor.view
      const at = position ?? state.selection.from
      editor.view.dispatch(state.tr.insertText(text, at, position === undefined ? state.selection.to : at))
    },
  }
}

/** Types character by character, as a person does, so that input rules see it. */
export function typeKeys({ view }: LigatureEditor, text: string): void {
  for (const character of text) {
    const { from, to } = view.state.selection
    const insert = () => view.state.tr.insertText(character, from, to)
    const isHandled = view.someProp("handleTextInput", (handle) => handle(view, from, to, character, insert))
    if (isHandled !== true) view.dispatch(insert())
  }
}

export function press({ view }: LigatureEditor, key: string, modifiers: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, ...modifiers })
  return view.someProp("handleKeyDown", (handle) => handle(view, event)) === true
}

/** Everything Yjs would store of a document: equal bytes mean that nothing was written. */
export function bytesOf(doc: Y.Doc): string {
  return Array.from(Y.encodeStateAsUpdate(doc), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
