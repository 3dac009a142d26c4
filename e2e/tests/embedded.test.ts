import { buildConsumer } from "../fixtures/consumer.ts"
import { Server } from "../fixtures/server.ts"
import { StaticHost } from "../fixtures/static-host.ts"
import { expect, test } from "../fixtures/test.ts"

const PAGE = {
  "index.html": `<!doctype html><html lang="en"><title>Somebody's product</title><body>
    <section id="one"></section>
    <section id="two"></section>
    <section id="three"></section>
    <script type="module" src="/main.js"></script></body></html>`,
  "main.js": `
    import { createEditor } from "@ligature/embed"
    import "@ligature/embed/style.css"
    import { LigatureEditor } from "@ligature/react"
    import { createElement } from "react"
    import { createRoot } from "react-dom/client"

    const url = new URLSearchParams(location.search).get("server")
    const document_ = "a-document-of-somebodys-product"
    createEditor({ element: document.querySelector("#one"), url, document: document_, user: { name: "Ada", color: "#7c3aed" } })
    const element = document.createElement("ligature-editor")
    for (const [name, value] of Object.entries({ url, document: document_, name: "Grace", color: "#0f766e" })) element.setAttribute(name, value)
    document.querySelector("#two").append(element)
    createRoot(document.querySelector("#three")).render(
      createElement(LigatureEditor, { url, document: document_, user: { name: "Joan", color: "#b45309" } }),
    )`,
}

test("the packed packages work in somebody else's project: a call, an element, a React component", async ({
  folder,
  alice,
}) => {
  test.setTimeout(120_000)
  const host = await StaticHost.of(await buildConsumer(folder, PAGE))
  const server = new Server(`${folder}/data-of-the-product`, ["--allow-origin", host.origin])
  await server.start()
  try {
    await alice.page.goto(`${host.origin}/?server=${encodeURIComponent(`http://127.0.0.1:${server.port}`)}`)
    const editors = alice.page.getByRole("textbox", { name: "Document", exact: true })
    await expect(editors).toHaveCount(3)
    for (const [index, word] of ["call", "element", "component"].entries()) {
      const editor = editors.nth(index)
      await expect(editor).toHaveAttribute("contenteditable", "true")
      await editor.focus()
      await alice.page.keyboard.press("ControlOrMeta+End")
      await alice.page.keyboard.type(`${word}. `)
      for (const other of [0, 1, 2]) await expect(editors.nth(other)).toContainText(`${word}.`)
    }
  } finally {
    await server.stop()
    await host.close()
  }
})
