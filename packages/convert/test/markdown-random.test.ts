import { seededRandom } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { fromMarkdown } from "../src/from-markdown.ts"
import { toMarkdown } from "../src/to-markdown.ts"
import { asMarkdownSaysIt } from "./as-markdown-says-it.ts"
import { randomDocument } from "./random-document.ts"

const SEEDS = Number(process.env["SEEDS"] ?? 600)

describe("a document comes back from Markdown as it went in", () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    test(`seed ${seed}`, () => {
      const document = randomDocument(seededRandom(seed))
      const markdown = toMarkdown(document)
      const read = fromMarkdown(markdown)
      expect({ markdown, document: read.toJSON() }).toEqual({ markdown, document: asMarkdownSaysIt(document).toJSON() })
      expect(toMarkdown(read)).toBe(markdown)
    })
  }
})
