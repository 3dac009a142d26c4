import { type SeededRandom, seededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import { Block } from "../src/block.ts"
import { BlockIndex } from "../src/block-index.ts"
import { NO_FORMATS } from "../src/formats.ts"

/** What an index says, found by counting through everything. */
class Counted {
  /** The blocks' sizes, section by section. */
  sections: { block: Block; size: number }[][] = []
  readonly isSectioned: boolean
  readonly start: number

  constructor(isSectioned: boolean, start: number) {
    this.isSectioned = isSectioned
    this.start = start
  }

  get all(): { block: Block; size: number }[] {
    return this.sections.flat()
  }

  /** For every position: the number and offset of the block there, and the flat position. */
  positions(): { position: number; index: number; offset: number; flat: number }[] {
    const found: { position: number; index: number; offset: number; flat: number }[] = []
    let [position, index, flat] = [this.start, 0, 0]
    const say = (offset: number): void => void found.push({ position, index, offset, flat })
    for (const section of this.sections) {
      if (this.isSectioned) {
        say(0)
        position++
      }
      for (const { size } of section) {
        for (let offset = 0; offset < size; offset++) {
          say(offset)
          position++
          flat++
        }
        index++
      }
      if (this.isSectioned) {
        say(0)
        position++
      }
    }
    return found
  }
}

function someBlocks(random: SeededRandom, most: number): { block: Block; size: number }[] {
  return Array.from({ length: random.integer(most + 1) }, () => ({
    block: new Block(null, NO_FORMATS),
    size: 2 + random.integer(4),
  }))
}

function lengthsOf(random: SeededRandom, blocks: number, isSectioned: boolean): number[] {
  const lengths: number[] = []
  for (let rest = blocks; rest > 0;) {
    const length = isSectioned ? 1 + random.integer(Math.min(4, rest)) : rest
    lengths.push(length)
    rest -= length
  }
  return lengths
}

for (const isSectioned of [true, false]) {
  test(`every position is found both ways, ${isSectioned ? "over sections" : "without sections"}, after any change`, () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = seededRandom(seed)
      const start = random.integer(2) * 7
      const index = new BlockIndex(isSectioned)
      index.start = start
      const counted = new Counted(isSectioned, start)
      const first = [...someBlocks(random, 12), { block: new Block(null, NO_FORMATS), size: 2 }]
      const lengths = lengthsOf(random, first.length, isSectioned)
      fill(index, first, lengths)
      counted.sections = grouped(first, lengths)
      for (let round = 0; round < 20; round++) {
        change(random, index, counted)
        const { said, right } = answers(index, counted)
        expect({ seed, round, said }).toEqual({ seed, round, said: right })
      }
    }
  })
}

function fill(index: BlockIndex, blocks: readonly { block: Block; size: number }[], lengths: readonly number[]): void {
  index.fill(
    blocks.map(({ block }) => block),
    blocks.map(({ size }) => ({ size, body: 0 })),
    lengths,
  )
}

function grouped<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  let next = 0
  return lengths.map((length) => list.slice(next, (next += length)))
}

/** One of the changes that an index takes, made in the model too. */
function change(random: SeededRandom, index: BlockIndex, counted: Counted): void {
  const { all } = counted
  if (random.chance(0.3)) {
    const entry = random.pick(all)
    entry.size = 2 + random.integer(6)
    index.resize(entry.block, { size: entry.size, body: 0 })
    return
  }
  const at = random.integer(all.length)
  const count = random.integer(Math.min(4, all.length - at) + 1)
  const blocks = someBlocks(random, 5)
  if (blocks.length === 0 && count === all.length) return
  index.splice(
    at,
    count,
    blocks.map(({ block }) => block),
    blocks.map(({ size }) => ({ size, body: 0 })),
  )
  const now = [...all.slice(0, at), ...blocks, ...all.slice(at + count)]
  const lengths = lengthsOf(random, now.length, counted.isSectioned)
  index.regroup(0, index.sections.length, lengths)
  counted.sections = grouped(now, lengths)
}

/** What the index says of every position and block, and what it has to say. */
function answers(index: BlockIndex, counted: Counted): { said: unknown; right: unknown } {
  const { all } = counted
  const positions = counted.positions()
  const inBlocks = positions.filter(({ index: block }) => block < all.length)
  const insides = positions.filter(({ offset }) => offset === 1)
  return {
    said: {
      length: index.length,
      sections: index.sections.map(({ length }) => length),
      places: positions.map(({ position }) => ({ ...index.locate(position), flat: index.flatten(position) })),
      flat: inBlocks.map(({ flat }) => index.locateFlat(flat)),
      blocks: all.map(({ block }, i) => [index.at(i) === block, block.at, index.has(block), index.positionOf(i) + 1]),
    },
    right: {
      length: all.length,
      sections: counted.sections.map(({ length }) => length),
      places: positions.map(({ index: block, offset, flat }) => ({ index: block, offset, flat })),
      flat: inBlocks.map(({ index: block, offset }) => ({ index: block, offset })),
      blocks: all.map((_, i) => [true, i, true, insides[i]?.position]),
    },
  }
}
