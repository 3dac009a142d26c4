import { expect, test } from "vitest"
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness"
import * as Y from "yjs"
import { initialsOf, inkOn, PALETTE, peopleOf } from "../src/people.ts"

/** An awareness as one tab has it, with a fixed clientID. */
function tab(client: number, user?: unknown): Awareness {
  const doc = new Y.Doc()
  doc.clientID = client
  const awareness = new Awareness(doc)
  if (user !== undefined) awareness.setLocalStateField("user", user)
  return awareness
}

function tell(to: Awareness, from: Awareness): void {
  applyAwarenessUpdate(to, encodeAwarenessUpdate(from, [from.clientID]), "network")
}

const ada = { name: "Ada", color: "#2563ae" }
const bob = { name: "Bob", color: "#b3402a" }

test("oneself comes first, then the others in an order that stays", () => {
  const mine = tab(50, ada)
  const people = peopleOf(mine)
  tell(mine, tab(90, { name: "Zoe", color: "#3f7d20" }))
  tell(mine, tab(10, bob))
  expect(people.current.map(({ name, isMe }) => [name, isMe])).toEqual([
    ["Ada", true],
    ["Bob", false],
    ["Zoe", false],
  ])
})

test("one person with three tabs is shown once, and as oneself when they are one's own", () => {
  const mine = tab(50, { ...ada, id: "a" })
  const people = peopleOf(mine)
  tell(mine, tab(10, { ...ada, id: "a" }))
  tell(mine, tab(70, { ...bob, id: "b" }))
  tell(mine, tab(71, { ...bob, id: "b" }))
  expect(people.current.map(({ client, isMe }) => [client, isMe])).toEqual([
    [50, true],
    [70, false],
  ])
})

test("a moved caret tells nobody, a new name does", () => {
  const mine = tab(1, ada)
  const theirs = tab(2, bob)
  const people = peopleOf(mine)
  tell(mine, theirs)
  const heard: string[][] = []
  people.onChange((current) => heard.push(current.map(({ name }) => name)))
  theirs.setLocalStateField("cursor", { anchor: 1, head: 2 })
  tell(mine, theirs)
  expect(heard).toEqual([])
  theirs.setLocalStateField("user", { ...bob, name: "Bobby" })
  tell(mine, theirs)
  expect(heard).toEqual([["Ada", "Bobby"]])
})

test("who leaves is gone, and nobody is told after the listener has stopped", () => {
  const mine = tab(1, ada)
  const theirs = tab(2, bob)
  const people = peopleOf(mine)
  tell(mine, theirs)
  let told = 0
  const stop = people.onChange(() => (told += 1))
  theirs.setLocalState(null)
  tell(mine, theirs)
  expect(people.current.map(({ name }) => name)).toEqual(["Ada"])
  expect(told).toBe(1)
  stop()
  theirs.setLocalState({ user: bob })
  tell(mine, theirs)
  expect(told).toBe(1)
})

test.each([
  ["a name that turns the line around", { name: "\u202Eevil\u0007", color: "#123456" }, "evil", "#123456"],
  ["a novel", { name: "x".repeat(5000), color: "#123456" }, "x".repeat(80), "#123456"],
  ["no name", { color: "#123456" }, "Somebody", "#123456"],
  ["a name of spaces", { name: " \n ", color: "#123456" }, "Somebody", "#123456"],
  ["a style sheet for a colour", { name: "Eve", color: "red;background:url(x)" }, "Eve", PALETTE[2]],
])("what another program calls its user is cleaned: %s", (_what, user, name, color) => {
  const mine = tab(1, ada)
  const people = peopleOf(mine)
  tell(mine, tab(2, user))
  expect(people.current[1]).toMatchObject({ name, color })
})

test("a connection that presents nobody is nobody", () => {
  const mine = tab(1, ada)
  const people = peopleOf(mine)
  tell(mine, tab(2, "just a string"))
  tell(mine, tab(3))
  expect(people.current).toHaveLength(1)
})

test.each([
  ["Ada Lovelace", "AL"],
  ["ada", "A"],
  ["Jean-Luc von Berg", "JB"],
  ["李 小龍", "李小"],
  ["🙂", "?"],
  ["(Eve)", "E"],
])("the initials of %s are %s", (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})

test.each([...PALETTE, "#ffffff", "#000000", "#ffff00", "#7f7f7f", "#0000ff"])(
  "initials can be read on %s (contrast of at least 4.5 to 1)",
  (color) => {
    expect(contrast(color, inkOn(color))).toBeGreaterThanOrEqual(4.5)
  },
)

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y)
  return (high + 0.05) / (low + 0.05)
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[0-9a-f]{2}/g) ?? []).map((hex) => {
    const part = Number.parseInt(hex, 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
