import { schema as flatSchema } from "@ligature/schema"
import type { Node, Schema } from "prosemirror-model"
import { type Command, EditorState, type Plugin, type Transaction } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import { initProseMirrorDoc, undo, ySyncPlugin, yUndoPlugin, yXmlFragmentToProseMirrorRootNode } from "y-prosemirror"
import * as Y from "yjs"
import type { Person } from "./person.ts"

/** What somebody's editor consists of beside y-prosemirror. */
export interface XmlEditor {
  readonly schema: Schema
  /** The name of what a line is, which undo leaves in place while somebody else's words are in it. */
  readonly line: string
  readonly plugins: readonly Plugin[]
}

const FLAT: XmlEditor = { schema: flatSchema, line: "block", plugins: [] }

/** Somebody at a document bound by y-prosemirror, of the same flat schema unless told otherwise: every block an XML element of its own. */
export class YProsemirrorPerson implements Person {
  readonly doc = new Y.Doc()
  readonly #view: EditorView
  readonly #fragment: Y.XmlFragment
  readonly #schema: Schema

  constructor(clientID: number, content?: Uint8Array, editor: XmlEditor = FLAT) {
    this.#schema = editor.schema
    this.doc.clientID = clientID
    if (content !== undefined) Y.applyUpdate(this.doc, content)
    this.#fragment = this.doc.getXmlFragment("prosemirror")
    const isEmpty = this.#fragment.length === 0
    const { doc, mapping } = initProseMirrorDoc(this.#fragment, editor.schema)
    const sync = isEmpty ? ySyncPlugin(this.#fragment) : ySyncPlugin(this.#fragment, { mapping })
    const plugins = [sync, yUndoPlugin({ protectedNodes: new Set([editor.line]) }), ...editor.plugins]
    const state = EditorState.create(isEmpty ? { schema: editor.schema, plugins } : { doc, plugins })
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

  /** Does what a command does; throws where it does not apply. */
  run(command: Command): void {
    if (!command(this.state, (transaction) => this.#view.dispatch(transaction))) {
      throw new Error("the command does not apply here")
    }
  }

  undo(): boolean {
    return undo(this.state)
  }

  rebuilt(): Node {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.doc))
    return yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment("prosemirror"), this.#schema)
  }

  destroy(): void {
    this.#view.destroy()
  }
}
