import * as Y from "yjs"
import { StockClient } from "../fixtures/stock-client.ts"
import { expect, test } from "../fixtures/test.ts"

test("what this version does not know is shown as unsupported and outlives writing around it", async ({
  alice,
  server,
}) => {
  const path = "/d/AAAAAAAAAAAAAAAAAAAAAA"
  const newer = await new StockClient(server.port, path).synced()
  await newer.write((doc) => {
    doc
      .getText("flow")
      .applyDelta([
        { insert: "First\n" },
        { insert: { b: "blk-1" } },
        { insert: "Call " },
        { insert: "me", attributes: { bold: true, spoiler: { level: 3 } } },
        { insert: { type: "formula", attrs: { source: "x^2" } } },
        { insert: " now\n" },
        { insert: { b: "blk-2" } },
        { insert: "Last" },
      ])
    doc.getMap("attrs").set("blk-1.kind", "callout")
    doc.getMap("attrs").set("blk-1.tone", "warning")
    doc.getMap("somebody else's").set("untouched", [1, 2])
  })

  await alice.openDocument(path)
  await alice.canWrite()
  await expect(alice.editor.locator("[data-unsupported]")).toContainText("Call me")
  await expect(alice.editor.locator("[data-unsupported-mark]")).toHaveText("me")
  await expect(alice.editor.locator("[data-unsupported-inline]")).toBeVisible()
  await alice.type("Alice. ", "start")
  await alice.page.keyboard.press("ArrowDown")
  await alice.page.keyboard.press("End")
  await alice.page.keyboard.type("!")
  await alice.page.keyboard.press("Enter")
  await alice.page.keyboard.type("Between.")
  await alice.isTold("Saved")

  const later = await new StockClient(server.port, path).synced()
  const delta: { insert: unknown; attributes?: object }[] = later.doc.getText("flow").toDelta()
  expect(delta).toContainEqual({ insert: "me", attributes: { bold: true, spoiler: { level: 3 } } })
  expect(delta).toContainEqual({ insert: { type: "formula", attrs: { source: "x^2" } } })
  expect(later.doc.getMap("attrs").get("blk-1.kind")).toBe("callout")
  expect(later.doc.getMap("attrs").get("blk-1.tone")).toBe("warning")
  expect(later.doc.getMap("somebody else's").toJSON()).toEqual({ untouched: [1, 2] })
  await alice.sees("Alice. First")
  await alice.sees("now!")
  newer.leave()
  later.leave()
})

test("a document that a Tiptap editor wrote opens, is written in, and keeps what only Tiptap knows", async ({
  alice,
  bob,
  server,
}) => {
  const path = "/d/BBBBBBBBBBBBBBBBBBBBBB"
  const tiptap = await new StockClient(server.port, path).synced()
  await tiptap.write((doc) => {
    const mention = element("mention", { id: "u1", label: "Ada" })
    const task = element("taskItem", { checked: true }, element("paragraph", {}, "Done"))
    doc
      .getXmlFragment("default")
      .push([
        element("heading", { level: 2, textAlign: "center" }, "A heading"),
        element("paragraph", {}, "Some words. ", mention),
        element("taskList", {}, task),
        element("customWidget", { data: "kept" }),
        element("paragraph", {}, "The end."),
      ])
  })

  await alice.openDocument(path)
  await alice.canWrite()
  await bob.openDocument(path)
  await alice.type(" Alice was here.", "end")
  await bob.sees("The end. Alice was here.")
  await bob.type("Bob: ", "start")
  await alice.sees("Bob: A heading")
  await alice.isTold("Saved")
  await bob.isTold("Saved")

  const later = await new StockClient(server.port, path).synced()
  const xml = later.doc.getXmlFragment("default").toJSON()
  for (const kept of [
    '<heading level="2" textAlign="center">Bob: A heading</heading>',
    '<mention id="u1" label="Ada"></mention>',
    '<taskItem checked="true"><paragraph>Done</paragraph></taskItem>',
    '<customWidget data="kept"></customWidget>',
    "The end. Alice was here.",
  ])
    expect(xml.toLowerCase()).toContain(kept.toLowerCase())
  expect(later.doc.getText("flow").length).toBe(0)
  tiptap.leave()
  later.leave()
})

test("a document of another editor becomes a Ligature document, and the old one leads there", async ({
  alice,
  bob,
  server,
}) => {
  const path = "/d/DDDDDDDDDDDDDDDDDDDDDD"
  const tiptap = await new StockClient(server.port, path).synced()
  await tiptap.write((doc) => {
    const task = element("taskItem", { checked: true }, element("paragraph", {}, "Done"))
    doc
      .getXmlFragment("default")
      .push([
        element("heading", { level: 1 }, "The plan"),
        element("paragraph", {}, "Some words. ", element("mention", { id: "u1", label: "Ada" })),
        element("taskList", {}, task),
        element("blockquote", {}, element("paragraph", {}, "Said.")),
      ])
  })
  await bob.openDocument(path)
  await bob.canWrite()

  await alice.openDocument(path)
  await alice.page.getByRole("button", { name: "Convert to a Ligature document" }).click()
  const dialog = alice.page.getByRole("dialog", { name: "Convert to a Ligature document" })
  await expect(dialog).toContainText("mention")
  await dialog.getByRole("button", { name: "Convert", exact: true }).click()

  await expect(alice.page).not.toHaveURL(new RegExp(path))
  await alice.canWrite()
  await expect(alice.title).toHaveValue("The plan")
  await expect(alice.editor.locator("[data-list=task][data-checked=true]")).toContainText("Done")
  await expect(alice.editor.locator("[data-quote]")).toContainText("Said.")
  await expect(alice.editor.locator("[data-unsupported-inline=mention]")).toBeVisible()
  await expect(alice.page.getByRole("button", { name: "Convert to a Ligature document" })).toBeHidden()

  await expect(bob.editor).toHaveAttribute("contenteditable", "false")
  await bob.page.getByRole("link", { name: "Go to the new document" }).click()
  await bob.canWrite()
  await bob.type(" Bob was here.", "end")
  await alice.sees("Said. Bob was here.")
  await bob.isTold("Saved")

  const old = await new StockClient(server.port, path).synced()
  expect(old.doc.getXmlFragment("default").toJSON()).toBe(tiptap.doc.getXmlFragment("default").toJSON())
  expect(old.doc.getMap("meta").get("movedTo")).toMatchObject({
    document: new URL(bob.page.url()).pathname.replace("/d/", ""),
  })
  tiptap.leave()
  old.leave()
})

test("offline, a conversion keeps the new document on the device, and others find it later", async ({
  alice,
  bob,
  server,
}) => {
  const path = "/d/EEEEEEEEEEEEEEEEEEEEEE"
  const tiptap = await new StockClient(server.port, path).synced()
  await tiptap.write((doc) => doc.getXmlFragment("default").push([element("paragraph", {}, "Written by Tiptap.")]))
  await alice.openDocument(path)
  await alice.canWrite()
  await alice.isTold("Saved")
  await alice.canOpenOffline()
  await alice.goOffline()
  await alice.isTold("Offline")

  await alice.page.getByRole("button", { name: "Convert to a Ligature document" }).click()
  await alice.page.getByRole("dialog").getByRole("button", { name: "Convert", exact: true }).click()
  const link = alice.page.getByRole("link", { name: "Go to the new document" })
  await expect(link).toBeVisible()
  await alice.isTold(/Offline, 1 change/)
  await link.click()
  await alice.sees("Written by Tiptap.")
  await alice.type(" Alice goes on.")

  await alice.goOnline()
  await alice.isTold("Saved")
  const pathOfNew = new URL(alice.page.url()).pathname
  await alice.openDocument(path)
  await alice.isTold("Saved")
  await bob.openDocument(path)
  await bob.page.getByRole("link", { name: "Go to the new document" }).click()
  await bob.sees("Written by Tiptap. Alice goes on.")
  expect(new URL(bob.page.url()).pathname).toBe(pathOfNew)
  tiptap.leave()
})

test("opening a document writes nothing, and a link that nobody wrote to leaves nothing", async ({
  alice,
  bob,
  server,
}) => {
  const path = await alice.createDocument()
  await alice.title.fill("Untouched")
  await alice.type("## ")
  await alice.page.keyboard.type("A heading")
  await alice.page.keyboard.press("Enter")
  await alice.page.keyboard.type("- a list")
  await alice.page.keyboard.press("Enter")
  await alice.page.keyboard.type("and its end")
  await alice.isTold("Saved")
  await alice.closeBrowser()
  const name = path.replace("/d/", "")
  await server.stop()
  const before = await server.stored(name)
  expect(before.length).toBeGreaterThan(0)
  await server.start()

  const witness = await new StockClient(server.port, path).synced()
  const known = witness.snapshot()
  await bob.openDocument(path)
  await bob.sees("and its end")
  await bob.editor.click()
  await bob.page.keyboard.press("ArrowUp")
  await bob.isTold("Saved")
  const unwritten = "/d/CCCCCCCCCCCCCCCCCCCCCC"
  await bob.openDocument(unwritten)
  await bob.canWrite()
  await bob.editor.click()
  await bob.isTold("Saved")
  await bob.closeBrowser()
  expect(witness.snapshot()).toBe(known)
  witness.leave()
  await server.stop()
  expect(await server.stored(name)).toEqual(before)
  expect(await server.stored(unwritten.replace("/d/", ""))).toEqual([])
})

function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean>>,
  ...children: readonly (string | Y.XmlElement)[]
): Y.XmlElement {
  const made = new Y.XmlElement(name)
  // Tiptap stores numbers and booleans as they are; the declared type of Yjs knows text only.
  const untyped: { setAttribute(name: string, value: string | number | boolean): void } = made
  for (const [key, value] of Object.entries(attributes)) untyped.setAttribute(key, value)
  made.insert(
    0,
    children.map((child) => (typeof child === "string" ? new Y.XmlText(child) : child)),
  )
  return made
}
