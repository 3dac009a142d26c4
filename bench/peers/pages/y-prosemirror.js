// Plain ProseMirror with its basic schema, y-prosemirror and y-websocket.
import { instrument } from "../../browser/instrument.ts"
import { ofView } from "../../browser/of-view.ts"
import { baseKeymap } from "prosemirror-commands"
import { keymap } from "prosemirror-keymap"
import { schema } from "prosemirror-schema-basic"
import { EditorState } from "prosemirror-state"
import { EditorView } from "prosemirror-view"
import "prosemirror-view/style/prosemirror.css"
import { initProseMirrorDoc, yCursorPlugin, ySyncPlugin, yUndoPlugin } from "y-prosemirror"
import { connect, pasteInto } from "./connect.js"

const show = instrument()
const { doc, provider, synced, isSynced, isSent } = connect()
await synced
const fragment = doc.getXmlFragment("prosemirror")
const { doc: content, mapping } = initProseMirrorDoc(fragment, schema)
const view = new EditorView(document.querySelector("main"), {
  state: EditorState.create({
    doc: content,
    plugins: [ySyncPlugin(fragment, { mapping }), yCursorPlugin(provider.awareness), yUndoPlugin(), keymap(baseKeymap)],
  }),
})
show({ ...ofView(view), isSynced, isSent, fill: pasteInto(view) })
