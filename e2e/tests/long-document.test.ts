import { generateProse } from "@ligature/testing"
import { letters, proseHtml } from "../fixtures/prose-html.ts"
import { expect, test } from "../fixtures/test.ts"

const SEED = 7
const BYTES = 400_000

test(`a long document (400 KB, seed ${SEED}) is pasted, written in by two people and read back by a third`, async ({
  alice,
  bob,
  person,
}) => {
  test.setTimeout(180_000)
  const prose = generateProse(SEED, BYTES)
  const document = await alice.createDocument()
  await alice.paste(proseHtml(prose))
  await alice.isTold("Saved", 60_000)
  await bob.openDocument(document)
  await bob.canWrite()
  await bob.type("Bob at the end.", "end")
  await alice.type("Alice at the start. ", "start")
  await bob.sees("Alice at the start. ")
  await alice.sees("Bob at the end.")
  await alice.isTold("Saved")
  await bob.isTold("Saved")

  const carol = await person("carol")
  await carol.openDocument(document)
  await carol.sees("Bob at the end.")
  const expected = letters(`Alice at the start. ${prose.map((block) => block.text).join("")}Bob at the end.`)
  for (const who of [alice, bob, carol]) {
    const text = letters((await who.editor.textContent()) ?? "")
    expect(text.length).toBe(expected.length)
    expect(text === expected, "every letter is in its place").toBe(true)
  }
})
