import type { Command } from "prosemirror-state"
import { describe, expect, test } from "vitest"
import { backspaceAtStart, deleteAtEnd } from "../src/backspace.ts"
import { enter, leaveBlock, lineBreak } from "../src/enter.ts"
import { indent, insertCodeTab, outdent } from "../src/indent.ts"
import { moveDown, moveUp } from "../src/move-blocks.ts"
import {
  insertRule,
  setParagraph,
  toggleChecked,
  toggleCode,
  toggleHeading,
  toggleList,
  toggleQuote,
} from "../src/set-block.ts"
import { after, run, show, stateOf } from "./notation.ts"

type Case = [name: string, command: Command, before: string[], after: string[] | null]

function check(cases: Case[]): void {
  test.each(cases)("%s", (_name, command, before, expected) => expect(run(command, ...before)).toEqual(expected))
}

describe("Enter", () => {
  check([
    ["splits a paragraph", enter, ["on|e"], ["on", "|e"]],
    ["replaces a selection over blocks", enter, ["o|ne", "tw|o"], ["o", "|o"]],
    ["after a heading comes a paragraph", enter, ["h2: one|"], ["h2: one", "|"]],
    ["inside a heading both parts stay headings", enter, ["h2: o|ne"], ["h2: o", "h2: |ne"]],
    ["at the start of a heading goes an empty paragraph before it", enter, ["h2: |one"], ["", "h2: |one"]],
    ["continues a list", enter, ["bullet +1: a|"], ["bullet +1: a", "bullet +1: |"]],
    ["a new task is not done", enter, ["task done: a|"], ["task done: a", "task: |"]],
    ["a new item does not start a list", enter, ["ordered restart=5: a|"], ["ordered restart=5: a", "ordered: |"]],
    ["an empty nested item moves out", enter, ["bullet +1: |"], ["bullet: |"]],
    ["an empty item leaves the list", enter, ["bullet: a", "bullet: |"], ["bullet: a", "|"]],
    ["an empty line leaves a quote", enter, ["quote: a", "quote: |"], ["quote: a", "|"]],
    ["continues a quote", enter, ["quote: a|"], ["quote: a", "quote: |"]],
    ["code gets a line, with the indent of the one before", enter, ["code: \tif|"], ["code: \tif⏎\t|"]],
    ["the third Enter leaves code", enter, ["code: a⏎⏎|"], ["code: a", "|"]],
    ["a fence starts code", enter, ["```js|"], ["code(js): |"]],
    ["three dashes are a rule", enter, ["---|"], ["rule:", "|"]],
    ["after a rule comes a paragraph", enter, ["rule: |"], ["rule:", "|"]],
    ["Mod-Enter leaves code", leaveBlock, ["code: a|b"], ["code: ab", "|"]],
    ["Shift-Enter breaks the line", lineBreak, ["a|b"], ["a↵|b"]],
    ["Shift-Enter in code is a line of code", lineBreak, ["code: a|b"], ["code: a⏎|b"]],
  ])
})

describe("Moving blocks", () => {
  check([
    ["up, and the caret goes along", moveUp, ["one", "tw|o", "three"], ["tw|o", "one", "three"]],
    ["down", moveDown, ["one", "tw|o", "three"], ["one", "three", "tw|o"]],
    ["not beyond the first", moveUp, ["o|ne", "two"], null],
    ["not beyond the last", moveDown, ["one", "two|"], null],
    ["several at once, still selected", moveUp, ["one", "t|wo", "thr|ee", "four"], ["t|wo", "thr|ee", "one", "four"]],
    ["without the one that is only reached", moveDown, ["o|ne", "|two", "three"], ["two", "o|ne|", "three"]],
    [
      "an item with what is nested below",
      moveDown,
      ["bullet: a|", "bullet +1: b", "bullet: c", "bullet +1: d", "bullet: e"],
      ["bullet: c", "bullet +1: d", "bullet: a|", "bullet +1: b", "bullet: e"],
    ],
    [
      "an item up over a nested one",
      moveUp,
      ["bullet: a", "bullet +1: b", "bullet: c|"],
      ["bullet: c|", "bullet: a", "bullet +1: b"],
    ],
    ["headings keep what they are", moveUp, ["one", "h2: t|wo"], ["h2: t|wo", "one"]],
  ])
})

describe("Backspace at the start", () => {
  check([
    ["of an item leaves the list", backspaceAtStart, ["bullet: a", "bullet +1: |b"], ["bullet: a", "+1: |b"]],
    ["of an indented paragraph moves it out", backspaceAtStart, ["bullet: a", "+1: |b"], ["bullet: a", "|b"]],
    ["of a heading makes a paragraph", backspaceAtStart, ["a", "h1: |b"], ["a", "|b"]],
    ["of code makes a paragraph", backspaceAtStart, ["a", "code(js): |b"], ["a", "|b"]],
    ["of a first quote leaves the quote", backspaceAtStart, ["a", "quote: |b"], ["a", "|b"]],
    ["of a later quote joins", backspaceAtStart, ["quote: a", "quote: |b"], ["quote: a|b"]],
    ["of a paragraph joins it to what is before", backspaceAtStart, ["h1: a", "|b"], ["h1: a|b"]],
    ["after an empty block takes that away, and a heading stays one", backspaceAtStart, ["", "h1: |b"], ["h1: |b"]],
    ["after a rule takes the rule away", backspaceAtStart, ["rule:", "|b"], ["|b"]],
    ["after a rule in which others wrote joins their text", backspaceAtStart, ["rule: x", "|b"], ["rule: x|b"]],
    ["of a rule makes a paragraph", backspaceAtStart, ["a", "rule: |"], ["a", "|"]],
    ["of the first paragraph does nothing", backspaceAtStart, ["|a"], null],
    ["inside a block is not ours", backspaceAtStart, ["a|b"], null],
    ["with a selection is not ours", backspaceAtStart, ["|a|b"], null],
  ])
})

describe("Delete at the end", () => {
  check([
    ["joins the next block", deleteAtEnd, ["a|", "h1: b"], ["a|b"]],
    ["of an empty block keeps what the next one is", deleteAtEnd, ["|", "h1: b"], ["h1: |b"]],
    ["before a rule takes the rule away", deleteAtEnd, ["a|", "rule:", "b"], ["a|", "b"]],
    ["of the last block does nothing", deleteAtEnd, ["a|"], null],
  ])
})

describe("Tab", () => {
  check([
    ["indents an item under the one before", indent, ["bullet: a", "bullet: |b"], ["bullet: a", "bullet +1: |b"]],
    ["goes no deeper than one step below", indent, ["bullet: a", "bullet +1: |b"], null],
    ["has nothing to hang the first block on", indent, ["bullet: |a"], null],
    [
      "takes nested items along",
      indent,
      ["bullet: a", "bullet: |b", "bullet +1: c", "bullet: d"],
      ["bullet: a", "bullet +1: |b", "bullet +2: c", "bullet: d"],
    ],
    [
      "Shift-Tab takes them along too",
      outdent,
      ["bullet +1: |b", "bullet +2: c", "bullet +1: d"],
      ["bullet: |b", "bullet +1: c", "bullet +1: d"],
    ],
    ["Shift-Tab at the margin is not ours", outdent, ["bullet: |b"], null],
    ["in code is a tab", insertCodeTab, ["code: a|"], ["code: a\t|"]],
    ["nine deep is too deep", indent, ["bullet +8: a", "bullet +8: |b"], null],
  ])
})

describe("kinds", () => {
  check([
    ["a heading, and back", toggleHeading(2), ["h2: |a"], ["|a"]],
    ["an item becomes a heading", toggleHeading(1), ["bullet: |a"], ["h1: |a"]],
    ["several at once", toggleHeading(1), ["|a", "h1: b", "c|"], ["h1: |a", "h1: b", "h1: c|"]],
    ["a list, from a heading", toggleList("ordered"), ["h1: |a"], ["ordered: |a"]],
    ["another list", toggleList("task"), ["ordered restart=3: |a"], ["task: |a"]],
    ["out of a list", toggleList("bullet"), ["|bullet", "bullet: a|"], ["bullet: |bullet", "bullet: a|"]],
    ["a quote keeps the list", toggleQuote, ["bullet: |a"], ["bullet quote: |a"]],
    ["code drops the list", toggleCode, ["bullet: |a"], ["code: |a"]],
    ["a paragraph again", setParagraph, ["code(js): |a"], ["|a"]],
    ["checked", toggleChecked, ["task: |a"], ["task done: |a"]],
    ["only tasks are checked", toggleChecked, ["bullet: |a"], null],
    ["a rule in place of an empty block", insertRule, ["a", "|"], ["a", "rule:", "|"]],
    ["a rule after a block with text", insertRule, ["a|b", "c"], ["ab", "rule:", "|c"]],
    ["a kind of the future may become a heading", toggleHeading(1), ["kind-callout: |a"], ["h1: |a"]],
  ])
})

test("a range that ends at the start of a block does not touch it", () => {
  expect(run(toggleHeading(1), "|a", "|b")).toEqual(["h1: |a", "|b"])
})

test("converting and indenting are attribute steps: no text moves", () => {
  const state = stateOf(["bullet: a", "bullet: |b"])
  for (const command of [toggleHeading(1), toggleList("task"), toggleQuote, toggleCode, indent]) {
    command(state, (transaction) => {
      expect(transaction.steps.map((step) => step.toJSON().stepType)).toEqual(transaction.steps.map(() => "attr"))
      expect(transaction.steps.length).toBeGreaterThan(0)
    })
  }
  expect(show(after(state, indent, outdent) ?? state)).toEqual(["bullet: a", "bullet: |b"])
})
