// @vitest-environment happy-dom
import { beforeAll, describe, expect, test } from "vitest"
import * as Y from "yjs"
import { loadXmlBinding } from "../src/choose-binding.ts"
import { movedTo, pointTo } from "../src/index.ts"
import { bytesOf, type Peer, peerOn, TwoPeers } from "./peers.ts"

beforeAll(async () => {
  await loadXmlBinding()
})

const linkTo = (document: string): string => `/d/${document}`

function noticeOf({ editor }: Peer): HTMLElement | null {
  const notice = editor.view.dom.parentElement?.querySelector<HTMLElement>(".ligature-notice") ?? null
  return notice === null || notice.textContent === "" ? null : notice
}

function writtenByAnother(doc: Y.Doc): void {
  const paragraph = new Y.XmlElement("paragraph")
  paragraph.insert(0, [new Y.XmlText("Some words")])
  doc.getXmlFragment("default").insert(0, [paragraph])
}

describe("a document that has moved", () => {
  test("can only be read by everybody who has it open, and says where it goes on", () => {
    const peers = new TwoPeers({ linkTo }, writtenByAnother)
    expect(peers.b.editor.isEditable).toBe(true)
    pointTo(peers.a.doc, { document: "new-one", time: 7 })
    for (const peer of [peers.a, peers.b]) {
      expect(peer.editor.isEditable).toBe(false)
      expect(peer.editor.readOnlyReason).toBe("moved")
      expect(noticeOf(peer)?.textContent).toContain(peer.editor.strings.moved)
      expect(noticeOf(peer)?.querySelector("a")?.getAttribute("href")).toBe("/d/new-one")
      peer.type("X", 1)
      expect(peer.editor.view.state.doc.textContent).toBe("Some words")
    }
    peers.destroy()
  })

  test("opens for reading only, without a write", () => {
    const doc = new Y.Doc()
    writtenByAnother(doc)
    pointTo(doc, { document: "new-one", time: 7 })
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    const before = bytesOf(copy)
    const peer = peerOn(copy)
    expect(peer.editor.isEditable).toBe(false)
    expect(peer.editor.movedTo).toEqual({ document: "new-one", time: 7 })
    expect(noticeOf(peer)?.querySelector("a")).toBeNull()
    expect(bytesOf(copy)).toBe(before)
    peer.editor.destroy()
  })

  test("still shows what others write in it", () => {
    const peers = new TwoPeers({}, writtenByAnother)
    pointTo(peers.a.doc, { document: "new-one", time: 7 })
    const paragraph = peers.a.doc.getXmlFragment("default").get(0)
    const text = paragraph instanceof Y.XmlElement ? paragraph.get(0) : null
    if (!(text instanceof Y.XmlText)) throw new Error("the fixture has a text there")
    text.insert(0, "More. ")
    expect(peers.b.editor.view.state.doc.textContent).toBe("More. Some words")
    peers.destroy()
  })
})

test("two people who point a document elsewhere at once end at the same place", () => {
  const peers = new TwoPeers({}, writtenByAnother)
  peers.apart(() => {
    pointTo(peers.a.doc, { document: "of-a", time: 1 })
    pointTo(peers.b.doc, { document: "of-b", time: 2 })
  })
  expect(movedTo(peers.a.doc)?.document).toMatch(/^of-[ab]$/)
  expect(movedTo(peers.a.doc)).toEqual(movedTo(peers.b.doc))
  expect(peers.a.editor.movedTo).toEqual(peers.b.editor.movedTo)
  peers.destroy()
})

test("pointing is one update", () => {
  const doc = new Y.Doc()
  let updates = 0
  doc.on("update", () => (updates += 1))
  pointTo(doc, { document: "new-one", time: 7 })
  expect(updates).toBe(1)
  expect(() => pointTo(doc, { document: "", time: 7 })).toThrow(TypeError)
})

test.each([
  ["a word", "new-one"],
  ["no name", { document: "", time: 1 }],
  ["a name with control characters", { document: "a\nb", time: 1 }],
  ["a name that is too long", { document: "é".repeat(101), time: 1 }],
  ["no time", { document: "new-one" }],
  ["a shared type", new Y.Map()],
])("a pointer that is %s is none", (_what, value) => {
  const doc = new Y.Doc()
  doc.getMap<unknown>("meta").set("movedTo", value)
  expect(movedTo(doc)).toBeNull()
})

test("a root of that name that another program uses for something else stays as it is", () => {
  const doc = new Y.Doc()
  doc.getArray("meta").push(["movedTo"])
  expect(movedTo(doc)).toBeNull()
  expect(doc.getArray("meta").toJSON()).toEqual(["movedTo"])
})
