import type { Node } from "prosemirror-model"
import { blockAt, blocksOf } from "./blocks.ts"
import {
  deletes,
  deletesBlock,
  insertsBreak,
  joins,
  lengthOf,
  marks,
  marksOf,
  movesBlocks,
  type Person,
  pressesEnter,
  sets,
  types,
  undoesAll,
} from "./person.ts"

/** What two people do at the same time, and what has to come of it. */
export interface Conflict {
  readonly row: number
  readonly title: string
  /** The blocks they start from; three by default. */
  readonly start?: readonly string[]
  /** What is done and seen by both before they part. */
  readonly before?: (a: Person, b: Person) => void
  readonly a: (a: Person) => void
  readonly b: (b: Person) => void
  /** What may come out: the texts of the blocks, each a good outcome. */
  readonly good: readonly (readonly string[])[]
  /** What else has to be true of the outcome; a sentence when it is not. */
  readonly also?: (doc: Node) => string | null
  /** Words that everybody's text must hold once; by default, all of them in the first good outcome. */
  readonly words?: readonly string[]
  /** What comes out instead, in the flow too, and why. */
  readonly known?: { readonly texts: readonly (readonly string[])[]; readonly why: string }
}

export const START: readonly string[] = ["one two", "three four", "five six"]

function attribute(block: number, name: string, value: unknown): (doc: Node) => string | null {
  return (doc) => {
    const found: unknown = blocksOf(doc)[block]?.attrs[name]
    return found === value ? null : `block ${block} has ${name} ${JSON.stringify(found)}`
  }
}

function hasMarks(word: string, names: readonly string[]): (doc: Node) => string | null {
  return (doc) => {
    const found = marksOf(doc, word)
    return found.join() === names.join() ? null : `"${word}" has the marks [${found.join(", ")}]`
  }
}

function both(first: (doc: Node) => string | null, second: (doc: Node) => string | null): (doc: Node) => string | null {
  return (doc) => first(doc) ?? second(doc)
}

const FIVE = ["one two", "three four", "five six", "seven eight", "nine ten"]

const TWICE = "a move is a deletion and an insertion, and two people insert twice"

const CODE = ["one two", "let x\nuse y", "five six"]

const CODE_WORDS = ["one", "two", "let", "use", "NEW", "five", "six"]

const TYPED_INSIDE = [["one two", "threeNEW four", "five six"]]

export const CONFLICTS: readonly Conflict[] = [
  {
    row: 1,
    title: "make it a heading × type in it",
    a: (a) => sets(a, 1, { kind: "heading", level: 1 }),
    b: (b) => types(b, 1, 5, "NEW"),
    good: TYPED_INSIDE,
    also: attribute(1, "kind", "heading"),
  },
  {
    row: 2,
    title: "make it a list × type in it",
    a: (a) => sets(a, 1, { list: "bullet" }),
    b: (b) => types(b, 1, 5, "NEW"),
    good: TYPED_INSIDE,
    also: attribute(1, "list", "bullet"),
  },
  {
    row: 3,
    title: "make it a quote × type in it",
    a: (a) => sets(a, 1, { quote: true }),
    b: (b) => types(b, 1, 5, "NEW"),
    good: TYPED_INSIDE,
    also: attribute(1, "quote", true),
  },
  {
    row: 4,
    title: "make it a heading × make it a quote",
    a: (a) => sets(a, 1, { kind: "heading" }),
    b: (b) => sets(b, 1, { quote: true }),
    good: [START],
    also: both(attribute(1, "kind", "heading"), attribute(1, "quote", true)),
  },
  {
    row: 5,
    title: "both make it a list",
    a: (a) => sets(a, 1, { list: "bullet" }),
    b: (b) => sets(b, 1, { list: "bullet" }),
    good: [START],
    also: attribute(1, "list", "bullet"),
  },
  {
    row: 6,
    title: "split × type in the head",
    a: (a) => pressesEnter(a, 1, 6),
    b: (b) => types(b, 1, 2, "NEW"),
    good: [["one two", "thNEWree ", "four", "five six"]],
  },
  {
    row: 7,
    title: "split × type in the tail",
    a: (a) => pressesEnter(a, 1, 6),
    b: (b) => types(b, 1, 8, "NEW"),
    good: [["one two", "three ", "foNEWur", "five six"]],
  },
  {
    row: 8,
    title: "Enter at the end × type at the end",
    a: (a) => pressesEnter(a, 1, 10),
    b: (b) => types(b, 1, 10, "NEW"),
    good: [["one two", "three fourNEW", "", "five six"]],
  },
  {
    row: 9,
    title: "Enter at the start × type at the start",
    a: (a) => pressesEnter(a, 1, 0),
    b: (b) => types(b, 1, 0, "NEW"),
    good: [["one two", "", "NEWthree four", "five six"]],
  },
  {
    row: 10,
    title: "Enter at the end × type inside",
    a: (a) => pressesEnter(a, 1, 10),
    b: (b) => types(b, 1, 5, "NEW"),
    good: [["one two", "threeNEW four", "", "five six"]],
  },
  {
    row: 11,
    title: "both split at the same place",
    a: (a) => pressesEnter(a, 1, 6),
    b: (b) => pressesEnter(b, 1, 6),
    good: [["one two", "three ", "", "four", "five six"]],
  },
  {
    row: 12,
    title: "both split, at different places",
    a: (a) => pressesEnter(a, 1, 6),
    b: (b) => pressesEnter(b, 1, 8),
    good: [["one two", "three ", "fo", "ur", "five six"]],
    words: ["one", "two", "three", "fo", "ur", "five", "six"],
  },
  {
    row: 13,
    title: "both press Enter at the end and type",
    a: (a) => {
      pressesEnter(a, 1, 10)
      types(a, 2, 0, "AAA")
    },
    b: (b) => {
      pressesEnter(b, 1, 10)
      types(b, 2, 0, "BBB")
    },
    good: [
      ["one two", "three four", "AAA", "BBB", "five six"],
      ["one two", "three four", "BBB", "AAA", "five six"],
    ],
  },
  {
    row: 14,
    title: "join × type in the second block",
    a: (a) => joins(a, 2),
    b: (b) => types(b, 2, 4, "NEW"),
    good: [["one two", "three fourfiveNEW six"]],
    words: ["one", "two", "three", "four", "five", "NEW", "six"],
  },
  {
    row: 15,
    title: "join × type in the first block",
    a: (a) => joins(a, 2),
    b: (b) => types(b, 1, 5, "NEW"),
    good: [["one two", "threeNEW fourfive six"]],
  },
  {
    row: 16,
    title: "both join the same blocks",
    a: (a) => joins(a, 2),
    b: (b) => joins(b, 2),
    good: [["one two", "three fourfive six"]],
  },
  {
    row: 17,
    title: "join first and second × join second and third",
    a: (a) => joins(a, 1),
    b: (b) => joins(b, 2),
    good: [["one twothree fourfive six"]],
  },
  {
    row: 18,
    title: "split the second × join it to the first",
    a: (a) => pressesEnter(a, 1, 6),
    b: (b) => joins(b, 1),
    good: [["one twothree ", "four", "five six"]],
  },
  {
    row: 19,
    title: "make the second a heading × join it to the first",
    a: (a) => sets(a, 1, { kind: "heading" }),
    b: (b) => joins(b, 1),
    good: [["one twothree four", "five six"]],
  },
  {
    row: 20,
    title: "delete a block × type in it",
    a: (a) => deletesBlock(a, 1),
    b: (b) => types(b, 1, 5, "NEW"),
    good: [["one twoNEW", "five six"]],
  },
  {
    row: 21,
    title: "delete the first block × type in it",
    a: (a) => deletesBlock(a, 0),
    b: (b) => types(b, 0, 3, "NEW"),
    good: [["NEW", "three four", "five six"]],
  },
  {
    row: 22,
    title: "delete a range over blocks × type in it",
    a: (a) => deletes(a, [0, 4], [2, 5]),
    b: (b) => types(b, 1, 5, "NEW"),
    good: [["one NEWsix"]],
  },
  {
    row: 23,
    title: "bold × type inside",
    a: (a) => marks(a, "bold", 1, 0, 5),
    b: (b) => types(b, 1, 2, "NEW"),
    good: [["one two", "thNEWree four", "five six"]],
    also: hasMarks("NEW", ["bold"]),
  },
  {
    row: 24,
    title: "bold × type at its edge",
    a: (a) => marks(a, "bold", 1, 0, 5),
    b: (b) => types(b, 1, 5, "NEW"),
    good: TYPED_INSIDE,
    also: hasMarks("thr", ["bold"]),
  },
  {
    row: 25,
    title: "bold × italic, overlapping",
    a: (a) => marks(a, "bold", 1, 0, 6),
    b: (b) => marks(b, "italic", 1, 3, 10),
    good: [START],
    also: both(hasMarks("four", ["italic"]), hasMarks("thr", ["bold"])),
  },
  {
    row: 26,
    title: "bold the whole block × split it",
    a: (a) => marks(a, "bold", 1, 0, 10),
    b: (b) => pressesEnter(b, 1, 6),
    good: [["one two", "three ", "four", "five six"]],
    also: both(hasMarks("three", ["bold"]), hasMarks("four", ["bold"])),
  },
  {
    row: 27,
    title: "put a break into the line × type after it",
    a: (a) => insertsBreak(a, 1, 5),
    b: (b) => types(b, 1, 8, "NEW"),
    good: [["one two", "three* foNEWur", "five six"]],
  },
  {
    row: 28,
    title: "bold across a break, alone",
    before: (a) => insertsBreak(a, 1, 5),
    a: (a) => marks(a, "bold", 1, 0, 11),
    b: () => undefined,
    good: [["one two", "three* four", "five six"]],
    also: both(hasMarks("three", ["bold"]), hasMarks("four", ["bold"])),
  },
  {
    row: 29,
    title: "bold across a break × type after it",
    before: (a) => insertsBreak(a, 1, 5),
    a: (a) => marks(a, "bold", 1, 0, 9),
    b: (b) => types(b, 1, 6, "NEW"),
    good: [["one two", "three*NEW four", "five six"]],
    also: hasMarks("NEW", ["bold"]),
  },
  {
    row: 30,
    title: "both move the same block, to different places",
    start: FIVE,
    a: (a) => movesBlocks(a, 2, 1, 1),
    b: (b) => movesBlocks(b, 2, 1, 5),
    good: [
      ["one two", "five six", "three four", "seven eight", "nine ten"],
      ["one two", "three four", "seven eight", "nine ten", "five six"],
    ],
    known: {
      texts: [["one two", "five six", "three four", "seven eight", "nine ten", "five six"]],
      why: TWICE,
    },
  },
  {
    row: 31,
    title: "both move the same block to the same place",
    start: FIVE,
    a: (a) => movesBlocks(a, 2, 1, 1),
    b: (b) => movesBlocks(b, 2, 1, 1),
    good: [["one two", "five six", "three four", "seven eight", "nine ten"]],
    known: {
      texts: [["one two", "five six", "five six", "three four", "seven eight", "nine ten"]],
      why: TWICE,
    },
  },
  {
    row: 32,
    title: "move a block × type in it",
    a: (a) => movesBlocks(a, 1, 1, 3),
    b: (b) => types(b, 1, 5, "NEW"),
    good: [["one two", "five six", "threeNEW four"]],
    words: ["one", "two", "three", "NEW", "four", "five", "six"],
    known: {
      texts: [["one twoNEW", "five six", "three four"]],
      why: "what is moved are new characters; a word typed between the old ones stays where those were",
    },
  },
  {
    row: 33,
    title: "move a block × make it a heading",
    a: (a) => movesBlocks(a, 1, 1, 3),
    b: (b) => sets(b, 1, { kind: "heading" }),
    good: [["one two", "five six", "three four"]],
    also: attribute(2, "kind", "heading"),
  },
  {
    row: 34,
    title: "undo a new block × type in it",
    before: (a) => pressesEnter(a, 1, 10),
    a: undoesAll,
    b: (b) => types(b, 2, 0, "NEW"),
    good: [["one two", "three fourNEW", "five six"]],
  },
  {
    row: 35,
    title: "undo a conversion × type in it",
    before: (a) => sets(a, 1, { kind: "heading" }),
    a: undoesAll,
    b: (b) => types(b, 1, 5, "NEW"),
    good: TYPED_INSIDE,
    also: attribute(1, "kind", "paragraph"),
  },
  {
    row: 36,
    title: "undo a new heading × type in it",
    before: (a) => {
      pressesEnter(a, 1, 10, { kind: "heading" })
      types(a, 2, 0, "Head")
    },
    a: undoesAll,
    b: (b) => types(b, 2, 4, "NEW"),
    good: [["one two", "three fourNEW", "five six"]],
  },
  {
    row: 37,
    title: "undo a split × type in the tail",
    before: (a) => pressesEnter(a, 1, 6),
    a: undoesAll,
    b: (b) => types(b, 2, 2, "NEW"),
    good: [["one two", "three foNEWur", "five six"]],
  },
  {
    row: 38,
    title: "undo a join × type in what was joined",
    before: (a) => joins(a, 2),
    a: undoesAll,
    b: (b) => types(b, 1, lengthOf(b, 1), "NEW"),
    good: [["one two", "three four", "five sixNEW"]],
  },
  {
    row: 39,
    title: "undo a deletion × type on both sides of it",
    before: (a) => deletes(a, [1, 0], [1, 5]),
    a: undoesAll,
    b: (b) => {
      types(b, 1, 1, "NEW")
      types(b, 0, 3, "NEAR")
    },
    good: [["oneNEAR two", "three NEWfour", "five six"]],
    words: ["one", "NEAR", "two", "three", "NEW", "four", "five", "six"],
  },
  {
    row: 40,
    title: "both delete the same word, both undo it",
    a: (a) => {
      deletes(a, [1, 0], [1, 5])
      undoesAll(a)
    },
    b: (b) => {
      deletes(b, [1, 0], [1, 5])
      undoesAll(b)
    },
    good: [START],
    known: {
      texts: [["one two", "threethree four", "five six"]],
      why: "undoing a deletion makes new characters, and two people who undo one deletion make them twice",
    },
  },
  {
    row: 41,
    title: "both type first in an empty document",
    start: [],
    a: (a) => types(a, 0, 0, "AAA"),
    b: (b) => types(b, 0, 0, "BBB"),
    good: [["AAABBB"], ["BBBAAA"]],
    words: ["AAA", "BBB"],
  },
  {
    row: 42,
    title: "open an empty document",
    start: [],
    a: () => undefined,
    b: () => undefined,
    good: [[""]],
  },
  {
    row: 43,
    title: "Enter at the end of the very first block × type at its end",
    a: (a) => pressesEnter(a, 0, 7),
    b: (b) => types(b, 0, 7, "NEW"),
    good: [["one twoNEW", "", "three four", "five six"]],
  },
  {
    row: 44,
    title: "paste two paragraphs over a range × type behind the range",
    a: (a) => {
      deletes(a, [0, 3], [2, 4])
      pressesEnter(a, 0, 3)
      types(a, 0, 3, "P")
      types(a, 1, 0, "Q")
    },
    b: (b) => types(b, 2, 8, "NEW"),
    good: [["oneP", "Q sixNEW"]],
  },
  {
    row: 45,
    title: "delete a block × make it a heading, then undo the deletion",
    a: (a) => {
      deletesBlock(a, 1)
      undoesAll(a)
    },
    b: (b) => sets(b, 1, { kind: "heading" }),
    good: [START],
    also: attribute(1, "kind", "heading"),
  },
  {
    row: 46,
    title: "delete a block × delete the next one",
    a: (a) => deletesBlock(a, 1),
    b: (b) => deletesBlock(b, 2),
    good: [["one two"]],
  },
  {
    row: 48,
    title: "move a block, undo it × make it a heading",
    before: (a) => movesBlocks(a, 1, 1, 3),
    a: undoesAll,
    b: (b) => sets(b, 2, { kind: "heading" }),
    good: [START],
    also: attribute(1, "kind", "heading"),
  },
  {
    row: 49,
    title: "move a block × delete it",
    a: (a) => movesBlocks(a, 1, 1, 3),
    b: (b) => deletesBlock(b, 1),
    good: [["one two", "five six", "three four"]],
  },
  {
    row: 50,
    title: "move a block × move the one behind it",
    a: (a) => movesBlocks(a, 1, 1, 3),
    b: (b) => movesBlocks(b, 2, 1, 0),
    good: [["five six", "one two", "three four"]],
  },
  {
    row: 51,
    title: "move a block × type at the end of the one before",
    a: (a) => movesBlocks(a, 1, 1, 3),
    b: (b) => types(b, 0, 7, "NEW"),
    good: [["one twoNEW", "five six", "three four"]],
  },
  {
    row: 52,
    title: "move a block behind another × split that one",
    a: (a) => movesBlocks(a, 0, 1, 2),
    b: (b) => pressesEnter(b, 1, 6),
    good: [["three ", "four", "one two", "five six"]],
  },
  {
    row: 60,
    title: "type in code × make it a paragraph",
    start: CODE,
    before: (a) => sets(a, 1, { kind: "code" }),
    a: (a) => types(a, 1, 6, "NEW"),
    b: (b) => sets(b, 1, { kind: "paragraph" }),
    words: CODE_WORDS,
    good: [["one two", "let x\nNEWuse y", "five six"]],
    also: attribute(1, "kind", "paragraph"),
  },
  {
    row: 61,
    title: "break a line of code × type in the next line",
    start: CODE,
    before: (a) => sets(a, 1, { kind: "code" }),
    a: (a) => types(a, 1, 5, "\n"),
    b: (b) => types(b, 1, 9, "NEW"),
    words: CODE_WORDS,
    good: [["one two", "let x\n\nuseNEW y", "five six"]],
  },
  {
    row: 62,
    title: "leave code with Enter at its end × type at its end",
    start: CODE,
    before: (a) => sets(a, 1, { kind: "code" }),
    a: (a) => pressesEnter(a, 1, 11, { kind: "paragraph" }),
    b: (b) => types(b, 1, 11, "NEW"),
    words: CODE_WORDS,
    good: [["one two", "let x\nuse yNEW", "", "five six"]],
    also: both(attribute(1, "kind", "code"), attribute(2, "kind", "paragraph")),
  },
  {
    row: 63,
    title: "split code into two blocks × type in the second half",
    start: CODE,
    before: (a) => sets(a, 1, { kind: "code" }),
    a: (a) => pressesEnter(a, 1, 6, { kind: "code" }),
    b: (b) => types(b, 1, 9, "NEW"),
    words: CODE_WORDS,
    good: [["one two", "let x\n", "useNEW y", "five six"]],
    also: both(attribute(1, "kind", "code"), attribute(2, "kind", "code")),
  },
  {
    row: 64,
    title: "make a paragraph code × bold in it",
    a: (a) => sets(a, 1, { kind: "code" }),
    b: (b) => marks(b, "bold", 1, 0, 5),
    good: [START],
    also: both(attribute(1, "kind", "code"), hasMarks("three", ["bold"])),
  },
  {
    row: 65,
    title: "join a paragraph to the code before it × break a line in that code",
    start: CODE,
    before: (a) => sets(a, 1, { kind: "code" }),
    a: (a) => joins(a, 2),
    b: (b) => types(b, 1, 11, "\nNEW"),
    words: CODE_WORDS,
    good: [["one two", "let x\nuse y\nNEWfive six"]],
    also: attribute(1, "kind", "code"),
  },
  {
    row: 47,
    title: "insert a block before the first × type at the start of the first",
    a: (a) =>
      a.change((tr) =>
        tr.insert(blockAt(tr.doc, 0).pos, a.state.schema.node("block", null, a.state.schema.text("TOP"))),
      ),
    b: (b) => types(b, 0, 0, "NEW"),
    good: [["TOP", "NEWone two", "three four", "five six"]],
    words: ["TOP", "NEW", "one", "two", "three", "four", "five", "six"],
  },
]
