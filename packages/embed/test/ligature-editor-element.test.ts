// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { LigatureEditorElement } from "../src/ligature-editor-element.ts"
import { UnansweredSocket } from "@ligature/testing"

beforeEach(() => {
  vi.stubGlobal("WebSocket", UnansweredSocket)
})

afterEach(async () => {
  document.body.replaceChildren()
  await settled()
  vi.unstubAllGlobals()
})

/** What an element does after a change of its attributes happens in a microtask. */
async function settled(): Promise<void> {
  await Promise.resolve()
  await Promise.resolve()
}

function makeElement(attributes: Readonly<Record<string, string>>): LigatureEditorElement {
  const element = document.createElement("ligature-editor")
  if (!(element instanceof LigatureEditorElement)) throw new Error("the element is not defined")
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

test("it opens when it enters a page and ends when it leaves", async () => {
  const element = makeElement({ url: "ws://ligature.test", document: "plan", name: "Ada", color: "#b3402a" })
  expect(element.embed).toBeNull()
  document.body.append(element)
  await settled()
  expect(element.embed?.document.document).toBe("plan")
  expect(element.embed?.people.current).toMatchObject([{ name: "Ada", color: "#b3402a", isMe: true }])
  element.remove()
  await settled()
  expect(element.embed).toBeNull()
  expect(element.childElementCount).toBe(0)
})

test("moving it within the page does not open anew", async () => {
  const element = makeElement({ url: "ws://ligature.test", document: "plan" })
  document.body.append(element)
  await settled()
  const embed = element.embed
  const place = document.createElement("section")
  document.body.append(place)
  place.append(element)
  await settled()
  expect(element.embed).toBe(embed)
})

test("a new name is told, another document is opened", async () => {
  const element = makeElement({ url: "ws://ligature.test", document: "plan", name: "Ada" })
  document.body.append(element)
  await settled()
  const embed = element.embed
  element.setAttribute("name", "Ada L.")
  await settled()
  expect(element.embed).toBe(embed)
  expect(embed?.people.current).toMatchObject([{ name: "Ada L." }])
  element.setAttribute("document", "other")
  await settled()
  expect(element.embed?.document.document).toBe("other")
  expect(element.querySelectorAll(".ligature")).toHaveLength(1)
})

test("without an address or a document it waits for them", async () => {
  const element = makeElement({ url: "ws://ligature.test" })
  document.body.append(element)
  await settled()
  expect(element.embed).toBeNull()
  element.setAttribute("document", "plan")
  await settled()
  expect(element.embed?.document.document).toBe("plan")
})
