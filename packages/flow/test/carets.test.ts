import { TextSelection } from "prosemirror-state"
import { expect, test } from "vitest"
import { Peer, startingWith, syncAll, write } from "./peers.ts"
import { movesBlocks } from "./person.ts"

const TEXTS = ["one two three", "four five six", "seven eight nine", "ten"]

/** The words around the caret of somebody who had it behind so many units of a block, after what another person did meanwhile. */
function caretAfter(block: number, unit: number, edit: (other: Peer) => void): string {
  const content = startingWith((author) => write(author, TEXTS))
  const [reader, other] = [new Peer(100, content), new Peer(200, content)]
  reader.change((tr) => tr.setSelection(TextSelection.create(tr.doc, reader.at(block, unit))))
  edit(other)
  syncAll([reader, other])
  const { $head } = reader.state.selection
  const text = $head.parent.textContent
  return `${text.slice(0, $head.parentOffset)}^${text.slice($head.parentOffset)}`
}

test("the caret goes along with a block that somebody else moves", () => {
  expect(caretAfter(1, 7, (other) => movesBlocks(other, 1, 1, 4))).toBe("four fi^ve six")
})

test("and with the first one, which gets another id by it", () => {
  expect(caretAfter(0, 4, (other) => movesBlocks(other, 0, 1, 3))).toBe("one ^two three")
})

test("and where its words were joined to others before", () => {
  const text = caretAfter(2, 6, (other) => {
    other.change((tr) => tr.delete(other.endOf(1), other.at(2)))
    movesBlocks(other, 1, 1, 0)
  })
  expect(text).toBe("four five sixseven ^eight nine")
})

test("it stands before the same letter where words were typed before what was moved", () => {
  const text = caretAfter(2, 0, (other) => {
    other.type(other.at(2), "NEW ")
    movesBlocks(other, 2, 1, 0)
  })
  expect(text).toBe("NEW ^seven eight nine")
})

test("where the words around it are deleted, it stays where they were", () => {
  expect(caretAfter(1, 7, (other) => other.change((tr) => tr.delete(other.at(1, 5), other.at(1, 10))))).toBe(
    "four ^six",
  )
})

test("half of a letter of two units is no word to go to", () => {
  const content = startingWith((author) => write(author, ["one", "\u{1F301}"]))
  const [reader, other] = [new Peer(100, content), new Peer(200, content)]
  reader.change((tr) => tr.setSelection(TextSelection.create(tr.doc, reader.at(1))))
  other.change((tr) => tr.delete(other.at(1), other.endOf(1)))
  other.type(other.at(0), "\u{1F303}")
  syncAll([reader, other])
  expect(reader.state.selection.head).toBe(reader.at(1))
})
