import { BLOCK_DEFAULTS, type BlockAttributes, type MarkName, schema } from "@ligature/schema"
import type { SeededRandom } from "@ligature/testing"
import type { Mark, Node } from "prosemirror-model"

/** A document of anything the schema can hold, with a liking for characters that mean something in Markdown and in HTML. */
export function randomDocument(random: SeededRandom): Node {
  const blocks = Array.from({ length: random.between(1, 12) }, () => randomBlock(random))
  return schema.nodes.doc.create(null, blocks)
}

function randomBlock(random: SeededRandom): Node {
  const kind = random.pick(["paragraph", "paragraph", "paragraph", "heading", "code", "rule", "callout"])
  const attributes: BlockAttributes = {
    ...BLOCK_DEFAULTS,
    id: random.chance(0.5) ? `id-${random.integer(1000)}` : null,
    kind,
    level: random.pick([null, 1, 2, 3]),
    list: random.pick([null, null, "bullet", "ordered", "task"]),
    indent: random.pick([0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 8]),
    checked: random.chance(0.3),
    quote: random.chance(0.25),
    language: random.pick([null, null, "ts", "c++"]),
    restart: random.pick([null, null, null, null, 1, 3, 12, 999_999]),
  }
  const content = random.chance(0.15) ? [] : Array.from({ length: random.between(1, 6) }, () => randomInline(random))
  return schema.nodes.block.create({ ...attributes }, content)
}

function randomInline(random: SeededRandom): Node {
  const marks = randomMarks(random)
  if (random.chance(0.1)) return schema.nodes.hard_break.create(null, null, marks)
  if (random.chance(0.04))
    return schema.nodes.unsupported_inline.create({ name: random.pick(["", "formula"]) }, null, marks)
  return schema.text(randomText(random), marks)
}

const PIECES = [
  ..."a b é 漢 😀 𝒜 1 9. 1) ( ) , . ! ? - + * ** _ __ ~ ~~ ` `` ``` # ## > < <b> </b> <u> <!-- --> & &amp; &#65; \\ \\\\ | || --- === [ ] [x] [ ](".split(
    " ",
  ),
  "word",
  "snake_case",
  "https://example.com/a_b",
  "two words",
  " ",
  "  ",
  "\t",
  "\n",
  "\u00a0",
  "\u2028",
  "\r\n",
  "\u0301",
  "“",
  "”",
  "€",
  ":-:",
  "\0",
]

function randomText(random: SeededRandom): string {
  return Array.from({ length: random.between(1, 5) }, () => random.pick(PIECES)).join("")
}

const HREFS = [
  "https://example.com/",
  "https://example.com/a_(b)?c=1&amp=2&lt;#d",
  "https://example.com/with space\\and<angles>",
  "mailto:a@example.com",
  "javascript:alert(1)",
]

function randomMarks(random: SeededRandom): readonly Mark[] {
  const names: MarkName[] = ["bold", "italic", "underline", "strike", "code"]
  const marks = names.filter(() => random.chance(0.2)).map((name) => schema.marks[name].create())
  if (random.chance(0.15)) marks.push(schema.marks.link.create({ href: random.pick(HREFS) }))
  if (random.chance(0.1)) marks.push(schema.marks.unsupported.create({ name: random.pick(["glow", "tint"]), value: 1 }))
  return schema.text(
    "x",
    marks.reduce<readonly Mark[]>((set, mark) => mark.addToSet(set), []),
  ).marks
}
