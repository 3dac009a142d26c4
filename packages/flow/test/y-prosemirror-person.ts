import { schema } from "@ligature/schema"
import type { Node } from "prosemirror-model"
import { EditorState, type Transaction } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { initProseMirrorDoc, undo, ySyncPlugin, yUndoPlugin, yXmlFragmentToProseMirrorRootNode } from "y-prosemirror"
import * as Y from "yjs"
import type { Person } from "./person.ts"

/** Somebody at a document of the same flat schema, bound by y-prosemirror: every block an XML element of its own. */
export class YProsemirrorPerson implements Person {
  readonly doc = new Y.Doc()
  readonly #view: EditorView
  readonly #fragment: Y.XmlFragment

  constructor(clientID: number, content?: Uint8Array) {
    this.doc.clientID = clientID
    if (content !== undefined) Y.applyUpdate(this.doc, content)
    this.#fragment = this.doc.getXmlFragment("prosemirror")
    const isEmpty = this.#fragment.length === 0
    const { doc, mapping } = initProseMirrorDoc(this.#fragment, schema)
    const sync = isEmpty ? ySyncPlugin(this.#fragment) : ySyncPlugin(this.#fragment, { mapping })
    const plugins = [sync, yUndoPlugin({ protectedNodes: new Set(["block"]) })]
    const state = EditorState.create(isEmpty ? { schema, plugins } : { doc, plugins })
    this.#view = new EditorView(document.createElement("div"), { state })
  }

  get state(): EditorState {
    return this.#view.state
  }

  change(edit: (transaction: Transaction) => unknown): void {
    const { tr } = this.state
    edit(tr)
    this.#view.dispatch(tr)
  }

  undo(): boolean {
    return undo(this.state)
  }

  rebuilt(): Node {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.doc))
    return yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment("prosemirror"), schema)
  }

  destroy(): void {
    this.#view.destroy()
  }
}
