import { type SeededRandom, seededRandom } from "./seeded-random.ts"
import { sentence, word } from "./words.ts"

/** A block as an author thinks of it; whoever needs a document makes one of these. */
export interface ProseBlock {
  readonly kind: "heading" | "paragraph" | "code"
  /** Of a heading: 1 to 3. */
  readonly level: 1 | 2 | 3 | null
  readonly list: "bullet" | "ordered" | "task" | null
  /** Of a list item: 0 to 3. */
  readonly indent: number
  /** Code keeps its line breaks as "\n". */
  readonly text: string
}

/** An article of at least `bytes` bytes of UTF-8 (less than one block more): sections of paragraphs, lists and code. */
export function generateProse(seed: number, bytes: number): ProseBlock[] {
  const random = seededRandom(seed)
  const blocks: ProseBlock[] = []
  const encoder = new TextEncoder()
  let left = bytes
  for (const block of article(random)) {
    if (left <= 0) break
    blocks.push(block)
    left -= encoder.encode(block.text).length + 1
  }
  return blocks
}

function* article(random: SeededRandom): Generator<ProseBlock> {
  yield heading(random, 1)
  for (;;) {
    yield heading(random, random.chance(0.4) ? 2 : 3)
    for (let part = random.between(2, 6); part > 0; part--) {
      if (random.chance(0.15)) yield* list(random)
      else if (random.chance(0.08)) yield code(random)
      else yield { ...PARAGRAPH, text: sentences(random, random.between(1, 8)) }
    }
  }
}

const PARAGRAPH: ProseBlock = { kind: "paragraph", level: null, list: null, indent: 0, text: "" }

function heading(random: SeededRandom, level: 1 | 2 | 3): ProseBlock {
  const text = Array.from({ length: random.between(2, 6) }, () => word(random)).join(" ")
  return { ...PARAGRAPH, kind: "heading", level, text }
}

function* list(random: SeededRandom): Generator<ProseBlock> {
  const kind = random.pick(["bullet", "ordered", "task"] as const)
  let indent = 0
  for (let item = random.between(2, 7); item > 0; item--) {
    yield { ...PARAGRAPH, list: kind, indent, text: sentence(random) }
    indent = Math.max(0, Math.min(3, indent + random.pick([-1, 0, 0, 0, 1])))
  }
}

function code(random: SeededRandom): ProseBlock {
  const lines = Array.from({ length: random.between(2, 12) }, () => {
    return `${"  ".repeat(random.integer(3))}const ${ascii(word(random))} = ${ascii(word(random))}(${random.integer(100)})`
  })
  return { ...PARAGRAPH, kind: "code", text: lines.join("\n") }
}

function ascii(text: string): string {
  return text.replace(/[^a-zA-Z]/g, "x")
}

function sentences(random: SeededRandom, count: number): string {
  return Array.from({ length: count }, () => sentence(random)).join(" ")
}
