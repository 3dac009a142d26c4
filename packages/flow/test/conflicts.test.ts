// @vitest-environment happy-dom
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import * as Y from "yjs"
import { type Conflict, CONFLICTS, START } from "./conflict-table.ts"
import { mergingPage } from "./merging-page.ts"
import { BORDERS_EVERYWHERE, Peer, textsOf } from "./peers.ts"
import { showTheSame } from "./blocks.ts"
import { exchange, lengthOf, type Person, pressesEnter, types } from "./person.ts"
import { TABLE_CONFLICTS } from "./table-conflicts.ts"
import { outcomesOf } from "./table-outcomes.ts"
import { FlowTablePerson } from "./table-person.ts"
import { XmlTablePerson } from "./xml-table-person.ts"
import { YProsemirrorPerson } from "./y-prosemirror-person.ts"

type Open = (clientID: number, content?: Uint8Array) => Person

/** Undo makes one step of what happens within half a second; people in the table are slower than tests. */
const ORDERS = [
  [100, 200],
  [200, 100],
] as const

const openFlow: Open = (clientID, content) => new Peer(clientID, content)
const openFlowInSections: Open = (clientID, content) => new Peer(clientID, content, BORDERS_EVERYWHERE)
const openXml: Open = (clientID, content) => new YProsemirrorPerson(clientID, content)

/** What became of a conflict: "ok", or what went wrong. */
function outcomeOf(
  conflict: Conflict,
  open: Open,
  ids: readonly [number, number],
): { outcome: string; texts: string[] } {
  const author = open(1)
  for (const [i, text] of (conflict.start ?? START).entries()) {
    if (i > 0) pressesEnter(author, i - 1, lengthOf(author, i - 1))
    types(author, i, 0, text)
  }
  const content = Y.encodeStateAsUpdate(author.doc)
  author.destroy()
  const isEmpty = conflict.start?.length === 0
  const a = open(ids[0], isEmpty ? undefined : content)
  const b = open(ids[1], isEmpty ? undefined : content)
  if (isEmpty && conflict.row === 42) {
    const outcome = Y.encodeStateVector(a.doc).length > 1 ? "written to by opening" : "ok"
    return { outcome, texts: textsOf(a.state.doc) }
  }
  conflict.before?.(a, b)
  exchange(a, b)
  conflict.a(a)
  conflict.b(b)
  exchange(a, b)
  exchange(a, b)
  const texts = textsOf(a.state.doc)
  const outcome = judge(conflict, a, b)
  a.destroy()
  b.destroy()
  return { outcome, texts }
}

function judge(conflict: Conflict, a: Person, b: Person): string {
  const texts = textsOf(a.state.doc)
  const words =
    conflict.words ??
    conflict.good[0]?.flatMap((text) => text.split(/[\s*]+|(?=[A-Z]{3})|(?<=[A-Z]{3})/).filter((word) => word !== ""))
  for (const doc of [a.state.doc, b.state.doc]) {
    const all = textsOf(doc).join("|")
    for (const word of words ?? []) {
      const count = all.split(word).length - 1
      if (count === 0) return "lost"
      if (count > 1) return "doubled"
    }
  }
  if (!sameShown(a, b)) return "documents differ"
  if (!showTheSame(a.state.doc, a.rebuilt())) return "view is not what is stored"
  if (!conflict.good.some((good) => JSON.stringify(good) === JSON.stringify(texts))) return "misplaced"
  return conflict.also?.(a.state.doc) ?? "ok"
}

function sameShown(a: Person, b: Person): boolean {
  return showTheSame(a.state.doc, b.state.doc)
}

for (const conflict of CONFLICTS) {
  for (const ids of ORDERS) {
    for (const [where, open] of [
      ["", openFlow],
      [", each block a section", openFlowInSections],
    ] as const) {
      test(`${conflict.row}: ${conflict.title} (${ids.join(" and ")}${where})`, () => {
        const { outcome, texts } = outcomeOf(conflict, open, ids)
        const isKnown = conflict.known?.texts.some((known) => JSON.stringify(known) === JSON.stringify(texts))
        expect({ outcome: isKnown === true ? "ok" : outcome, texts }).toEqual({ outcome: "ok", texts })
      })
    }
  }
}

test("docs/merging.md says what these tests find", () => {
  const page = mergingPage(
    CONFLICTS.map((conflict) => {
      const judgeBoth = (open: Open): string => {
        const outcomes = new Set(ORDERS.map((ids) => outcomeOf(conflict, open, ids).outcome))
        return [...outcomes].sort().join(", or ")
      }
      return { conflict, flow: judgeBoth(openFlow), xml: judgeBoth(openXml) }
    }),
    TABLE_CONFLICTS.map((conflict) => ({
      conflict,
      shown: outcomesOf(conflict, (...given) => new FlowTablePerson(...given)).map(({ shown }) => shown),
      xml: outcomesOf(conflict, (...given) => new XmlTablePerson(...given)),
    })),
  )
  const path = join(import.meta.dirname, "../../../docs/merging.md")
  // UPDATE=1 npx vitest run packages/flow/test/conflicts.test.ts writes the page; the formatter then pads its table.
  if (process.env["UPDATE"] !== undefined) writeFileSync(path, page)
  expect(withoutPadding(readFileSync(path, "utf8"))).toBe(withoutPadding(page))
})

function withoutPadding(page: string): string {
  return page.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---")
}
