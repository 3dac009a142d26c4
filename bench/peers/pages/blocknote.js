// BlockNote's core with its collaboration extension; without React's menus, which cost it more.
import { instrument } from "../../browser/instrument.ts"
import { ofView } from "../../browser/of-view.ts"
import { BlockNoteEditor } from "@blocknote/core"
import "@blocknote/core/style.css"
import { withCollaboration } from "@blocknote/core/yjs"
import { connect } from "./connect.js"

const show = instrument()
const { doc, provider, synced, isSynced, isSent } = connect()
await synced
const editor = BlockNoteEditor.create(
  withCollaboration({
    collaboration: {
      fragment: doc.getXmlFragment("document"),
      provider,
      user: { name: "Ada", color: "#7c3aed" },
    },
  }),
)
editor.mount(document.querySelector("main"))
show({
  ...ofView(editor.prosemirrorView),
  isSynced,
  isSent,
  fill: (paragraphs) =>
    editor.replaceBlocks(
      editor.document,
      paragraphs.map((content) => ({ type: "paragraph", content })),
    ),
})
