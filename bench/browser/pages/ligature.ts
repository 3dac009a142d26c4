// The page of Ligature's own editor, as somebody's product would embed it, with everything on.
import { instrument } from "../instrument.ts"
import { ofView } from "../of-view.ts"
import { createEditor } from "@ligature/embed"
import "@ligature/embed/style.css"

const show = instrument()
const parameters = new URLSearchParams(location.search)
const element = document.querySelector("main")
if (element === null) throw new TypeError("the page has no main element")
const embed = createEditor({
  element,
  url: parameters.get("server") ?? "",
  document: parameters.get("document") ?? "",
  user: { name: "Ada", color: "#7c3aed" },
})
const { view } = await embed.whenReady
show({
  ...ofView(view),
  isSynced: () => embed.status.state === "saved",
  isSent: () => embed.status.state === "saved",
  // What a document is made of is the editor's to say: it gets what the clipboard would give it.
  fill: (paragraphs) => void view.pasteHTML(paragraphs.map((text) => `<p>${text}</p>`).join("")),
})
