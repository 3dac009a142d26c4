import { generateProse } from "@ligature/testing"
import { LETTERS } from "./letters.ts"

const SEED = 1
const LENGTH = 100

/** Plain paragraphs of about 100 characters, the same ones for everybody. */
export function paragraphs(count: number): string[] {
  const words = generateProse(SEED, count * LENGTH * 1.3)
    .filter((block) => block.kind === "paragraph")
    .flatMap((block) => block.text.split(/\s+/))
  const made: string[] = []
  let line = ""
  for (const word of words) {
    line = line === "" ? word : `${line} ${word}`
    if (line.length < LENGTH) continue
    made.push(line)
    line = ""
    if (made.length === count) break
  }
  const clash = made.find((text) => LETTERS.some((letter) => text.includes(letter)))
  if (clash !== undefined) throw new RangeError(`a paragraph holds a letter that is watched: ${clash}`)
  if (made.length < count) throw new RangeError(`only ${made.length} of ${count} paragraphs could be made`)
  return made
}

/** What such a document measures in ProseMirror's tokens at least: each paragraph has a start and an end. */
export function sizeOf(texts: readonly string[]): number {
  return texts.reduce((size, text) => size + text.length + 2, 0)
}
