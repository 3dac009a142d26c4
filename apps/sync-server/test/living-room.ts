import { expect } from "vitest"
import * as Y from "yjs"
import { RawClient } from "./raw-client.ts"

/** Two honest people in a document: what happens to them when somebody else attacks is what counts. */
export interface LivingRoom extends Disposable {
  readonly url: string
  readonly ann: RawClient
  readonly ben: RawClient
  /** An edit is acknowledged and relayed; a newcomer reads the same and is heard too. */
  isHealthy(): Promise<boolean>
}

export async function livingRoom(sync: string, document: string): Promise<LivingRoom> {
  const url = `${sync}/${encodeURIComponent(document)}`
  const ann = await new RawClient(url, { browserSecret: `ann ${document}` }).loaded()
  const ben = await new RawClient(url, { browserSecret: `ben ${document}` }).loaded()
  ann.doc.getText("text").insert(0, "An honest beginning. ")
  await ann.saved()
  await ben.until(() => ben.doc.getText("text").length === ann.doc.getText("text").length)
  let edits = 0

  async function writes(writer: RawClient, readers: readonly RawClient[]): Promise<void> {
    edits += 1
    const word = `<${edits}>`
    writer.doc.getText("text").insert(writer.doc.getText("text").length, word)
    await writer.saved()
    for (const reader of readers) await reader.until(() => reader.doc.getText("text").toJSON().includes(word))
  }

  return {
    url,
    ann,
    ben,
    async isHealthy() {
      await writes(ann, [ben])
      using newcomer = await new RawClient(url).loaded()
      expect(newcomer.doc.getText("text").toJSON()).toBe(ann.doc.getText("text").toJSON())
      await writes(newcomer, [ann, ben])
      await writes(ben, [ann, newcomer])
      for (const { doc } of [ben, newcomer]) {
        expect(Y.encodeStateVector(doc)).toEqual(Y.encodeStateVector(ann.doc))
        expect(doc.store.pendingStructs).toBeNull()
        expect(doc.store.pendingDs).toBeNull()
      }
      return true
    },
    [Symbol.dispose]() {
      ann[Symbol.dispose]()
      ben[Symbol.dispose]()
    },
  }
}
