// @vitest-environment happy-dom
import "fake-indexeddb/auto"
import { readDocument } from "@ligature/convert"
import { movedTo } from "@ligature/editor"
import { openDocument, openLocalStore } from "@ligature/provider"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import * as Y from "yjs"
import { createEditor, type EmbedOptions, type LigatureEmbed } from "../src/create-editor.ts"
import { UnansweredSocket } from "@ligature/testing"

const OFFER = "Convert to a Ligature document"
const device = openLocalStore({ name: "conversions" })
const offline = { create: true, localStore: device, WebSocket: UnansweredSocket } as const
let element: HTMLElement
const opened: LigatureEmbed[] = []

beforeEach(() => {
  // What a page with no network knows at once.
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false)
  element = document.createElement("div")
  document.body.append(element)
})

afterEach(async () => {
  await Promise.all(opened.splice(0).map((embed) => embed.destroy()))
  document.body.replaceChildren()
  vi.restoreAllMocks()
})

/** A document that another editor wrote, open on a page without a network. */
async function openForeign(options: Partial<EmbedOptions> = {}): Promise<LigatureEmbed> {
  const embed = createEditor({
    element,
    url: "ws://ligature.test",
    document: `theirs ${opened.length} ${Math.trunc(performance.now() * 1000)}`,
    connection: offline,
    ...options,
  })
  opened.push(embed)
  await embed.document.whenLoaded
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText("Some words")])
  embed.document.doc.getXmlFragment("default").insert(0, [paragraph])
  await embed.whenReady
  await vi.waitFor(() => expect(embed.text()).toBe("Some words"))
  return embed
}

async function wordsOf(name: string): Promise<string> {
  const { WebSocket } = offline
  const kept = openDocument({ url: "ws://ligature.test", document: name, localStore: device, WebSocket })
  await kept.whenLoaded
  const text = readDocument(kept.doc).textContent
  await kept.destroy()
  return text
}

test("offline, the new document is kept on this device, and then the old one points to it", async () => {
  const embed = await openForeign()
  const conversion = await embed.convertTo("ours")
  expect(conversion).toEqual({ document: "ours", unsupported: [], isShared: false })
  expect(await wordsOf("ours")).toBe("Some words")
  expect(movedTo(embed.document.doc)?.document).toBe("ours")
  expect(embed.editor?.isEditable).toBe(false)
  expect(embed.editor?.view.state.doc.textContent).toBe("Some words")
})

test("where nobody keeps the new document, the old one stays as it is", async () => {
  const embed = await openForeign({ connection: { ...offline, localStore: false } })
  await expect(embed.convertTo("ours")).rejects.toThrow("would be lost")
  expect(movedTo(embed.document.doc)).toBeNull()
  expect(embed.editor?.isEditable).toBe(true)
})

test("a document of Ligature cannot be converted", async () => {
  const embed = createEditor({ element, url: "ws://ligature.test", document: "plan", connection: offline })
  opened.push(embed)
  await embed.whenReady
  await expect(embed.convertTo("ours")).rejects.toThrow("another editor")
})

test("a page that can name new documents gets the offer above the text, until it is taken", async () => {
  await openForeign({ newDocument: () => "ours by button", linkTo: (name) => `/d/${name}` })
  await vi.waitFor(() => expect(element.textContent).toContain(OFFER))
  element.querySelector<HTMLButtonElement>(".ligature-conversion button")?.click()
  await vi.waitFor(() =>
    expect(element.querySelector(".ligature-notice a")?.getAttribute("href")).toBe("/d/ours by button"),
  )
  expect(element.querySelector<HTMLElement>(".ligature-conversion")?.hidden).toBe(true)
  expect(await wordsOf("ours by button")).toBe("Some words")
})

test("a page that cannot name new documents offers nothing", async () => {
  await openForeign()
  expect(element.textContent).not.toContain(OFFER)
})
