// Tiptap with its starter kit and its collaboration extensions.
import { instrument } from "../../browser/instrument.ts"
import { ofView } from "../../browser/of-view.ts"
import { Editor } from "@tiptap/core"
import { Collaboration } from "@tiptap/extension-collaboration"
import { CollaborationCaret } from "@tiptap/extension-collaboration-caret"
import { StarterKit } from "@tiptap/starter-kit"
import { connect, pasteInto } from "./connect.js"

const show = instrument()
const { doc, provider, synced, isSynced, isSent } = connect()
await synced
const editor = new Editor({
  element: document.querySelector("main"),
  extensions: [
    StarterKit.configure({ undoRedo: false }),
    Collaboration.configure({ document: doc }),
    CollaborationCaret.configure({ provider, user: { name: "Ada", color: "#7c3aed" } }),
  ],
})
await new Promise((resolve) => (editor.isInitialized ? resolve() : editor.on("create", resolve)))
show({ ...ofView(editor.view), isSynced, isSent, fill: pasteInto(editor.view) })
