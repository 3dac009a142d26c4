import { type SeededRandom, seededRandom } from "./seeded-random.ts"
import { sentence } from "./words.ts"

/** Position, number of characters deleted there, text inserted there; in UTF-16 code units. */
export type TracePatch = readonly [position: number, deleted: number, inserted: string]

/** The JSON form of the editing-traces collection: what one person typed, edit by edit. */
export interface EditingTrace {
  readonly startContent: string
  readonly endContent: string
  readonly txns: readonly { readonly patches: readonly TracePatch[] }[]
}

/**
 * A trace of `edits` single-character edits, the same for the same seed. It moves like the trace of a real paper (B4 of
 * crdt-benchmarks): seven insertions to three deletions; typing in runs of 29 on average, half of them below 10; deleting in
 * runs of 17, half of them below 3; two edits in a hundred begin somewhere else, mostly within a few lines.
 */
export function generateTrace(seed: number, edits: number): EditingTrace {
  const random = seededRandom(seed)
  const text = new GapText()
  const typist = new Typist(random)
  const txns: { patches: TracePatch[] }[] = []
  const push = (patch: TracePatch): void => void txns.push({ patches: [patch] })

  while (txns.length < edits) {
    if (random.chance(0.85)) text.moveTo(jump(random, text))
    for (let left = runLength(random, 9, 1.75); left > 0 && txns.length < edits; left--) {
      const character = typist.next()
      push([text.position, 0, character])
      text.insert(character)
    }
    if (!random.chance(0.7)) continue
    for (let left = runLength(random, 2.1, 2.05); left > 0 && txns.length < edits && text.position > 0; left--) {
      text.deleteBefore()
      push([text.position, 1, ""])
    }
  }
  return { startContent: "", endContent: text.toString(), txns }
}

/** Log-normal, as lengths of human bursts are: `median` and the spread of the logarithm. */
function runLength(random: SeededRandom, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.max(1, Math.min(1500, Math.round(median * Math.exp(spread * normal))))
}

function jump(random: SeededRandom, text: GapText): number {
  const distance = random.chance(0.03) ? random.integer(text.length + 1) : runLength(random, 46, 1.9)
  const to = text.position + (random.chance(0.4) ? -distance : distance)
  return Math.max(0, Math.min(text.length, to))
}

/** Gives the next character to type: sentences, and a line break after every few of them. */
class Typist {
  readonly #random: SeededRandom
  #left: string[] = []

  constructor(random: SeededRandom) {
    this.#random = random
  }

  next(): string {
    if (this.#left.length === 0) {
      // One code unit a character: half of a pair inserted alone is something no editor does.
      const ascii = sentence(this.#random).replace(/[^\x20-\x7e]/g, "e")
      this.#left = (ascii + (this.#random.chance(0.2) ? "\n" : " ")).split("").toReversed()
    }
    return this.#left.pop() ?? " "
  }
}

/** A text with a gap where the cursor is, so that an edit costs nothing and a jump its distance. */
class GapText {
  readonly #before: string[] = []
  /** Behind the cursor, the nearest character last. */
  readonly #after: string[] = []

  get position(): number {
    return this.#before.length
  }

  get length(): number {
    return this.#before.length + this.#after.length
  }

  moveTo(position: number): void {
    while (this.#before.length > position) this.#after.push(this.#before.pop() ?? "")
    while (this.#before.length < position) this.#before.push(this.#after.pop() ?? "")
  }

  insert(character: string): void {
    this.#before.push(character)
  }

  deleteBefore(): void {
    this.#before.pop()
  }

  toString(): string {
    return this.#before.join("") + this.#after.toReversed().join("")
  }
}
