import { readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { seededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { AttackedDocument } from "./attacked-document.ts"
import { HostileFrames } from "./hostile-frames.ts"

/** Frames in all; `npm run soak` sends many more. */
const FRAMES = Number(process.env["HOSTILE_FRAMES"] ?? 60_000)
const FIRST_SEED = Number(process.env["HOSTILE_SEED"] ?? 1)
/** In one document, before it is looked at and another is taken. */
const FRAMES_PER_DOCUMENT = 200
const GROUPS = 4

/** What once got past a check. */
const CORPUS = join(dirname(fileURLToPath(import.meta.url)), "corpus")

describe("a hostile crowd", () => {
  test.each(Array.from({ length: GROUPS }, (_, group) => group))(
    "hurts nobody else, group %i",
    async (group) => {
      const documents = Math.ceil(FRAMES / GROUPS / FRAMES_PER_DOCUMENT)
      let longest = 0
      for (let index = 0; index < documents; index++) {
        const seed = FIRST_SEED + group * documents + index
        const document = new AttackedDocument()
        await document.begin()
        const attacker = new HostileFrames(seededRandom(seed), 4711)
        const sent: Uint8Array[] = []
        const frames = function* (): Generator<Uint8Array> {
          for (let count = 0; count < FRAMES_PER_DOCUMENT; count++) {
            const frame = attacker.next(document.known)
            sent.push(frame)
            yield frame
          }
        }
        try {
          longest = Math.max(longest, await document.attack(frames()))
          expect(await document.complaints()).toEqual([])
        } catch (cause) {
          keep(`seed-${seed}`, sent)
          throw new Error(`seed ${seed}: see test/corpus/seed-${seed}.bin`, { cause })
        }
      }
      if (FRAMES > 100_000) {
        const heap = Math.round(process.memoryUsage().heapUsed / 1024 / 1024)
        process.stdout.write(`group ${group}: longest frame ${longest.toFixed(1)} ms, heap ${heap} MB\n`)
      }
    },
    7_200_000,
  )
})

const findings = readdirSync(CORPUS).filter((name) => name.endsWith(".bin"))

test.each(findings)("what was found once (%s) hurts nobody any more", async (name) => {
  const document = new AttackedDocument()
  await document.begin()
  await document.attack(framesIn(new Uint8Array(readFileSync(join(CORPUS, name)))))
  expect(await document.complaints()).toEqual([])
})

function keep(name: string, frames: readonly Uint8Array[]): void {
  writeFileSync(join(CORPUS, `${name}.bin`), Buffer.concat(frames.flatMap((frame) => [lengthOf(frame), frame])))
}

function lengthOf(frame: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, frame.length)
  return bytes
}

function* framesIn(file: Uint8Array): Generator<Uint8Array> {
  const view = new DataView(file.buffer, file.byteOffset)
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at)
    yield file.slice(at + 4, at + 4 + length)
    at += 4 + length
  }
}
