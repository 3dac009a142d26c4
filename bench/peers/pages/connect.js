import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"

/** The document that the address asks for, through the stock provider. */
export function connect() {
  const parameters = new URLSearchParams(location.search)
  const doc = new Y.Doc()
  const server = `${parameters.get("server").replace("http", "ws")}/sync`
  const provider = new WebsocketProvider(server, parameters.get("document"), doc, { disableBc: true })
  return {
    doc,
    provider,
    synced: new Promise((resolve) => provider.once("sync", resolve)),
    isSynced: () => provider.synced,
    // A stock client knows nothing of its words' whereabouts but that they have left the socket's buffer.
    isSent: () => provider.ws !== null && provider.ws.bufferedAmount === 0,
  }
}

/** @param {import("prosemirror-view").EditorView} view */
export const pasteInto = (view) => (paragraphs) => view.pasteHTML(paragraphs.map((text) => `<p>${text}</p>`).join(""))
