import { fakeClock } from "@ligature/testing"
import { expect, onTestFinished, test } from "vitest"
import * as Y from "yjs"
import { TabChannel } from "../src/tab-channel.ts"

let channels = 0
const nothing = (): void => undefined

/** A tab's channel, and what the other tabs hear of it. */
function opened(isAlone: () => boolean) {
  const name = `channel ${++channels}`
  const clock = fakeClock()
  const on = { changed: nothing, complete: nothing, saved: nothing, opened: nothing, loaded: nothing, isAlone }
  const tab = new TabChannel(name, clock, on)
  const other = new BroadcastChannel(name)
  onTestFinished(() => {
    tab.close()
    other.close()
  })
  const heard: Record<string, unknown>[] = []
  const waiting: (() => void)[] = []
  other.addEventListener("message", ({ data }: MessageEvent<Record<string, unknown>>) => {
    heard.push(data)
    for (const look of waiting) look()
  })
  const hears = async (count: number): Promise<Record<string, unknown>[]> => {
    if (heard.length < count) {
      await new Promise<void>((resolve) => waiting.push(() => void (heard.length >= count && resolve())))
    }
    return heard
  }
  const doc = new Y.Doc()
  doc.on("update", (update: Uint8Array) => tab.changed(update, [`id ${doc.getText("flow").length}`]))
  return { tab, clock, hears, write: (text: string) => doc.getText("flow").insert(doc.getText("flow").length, text) }
}

function textOf(update: unknown): string {
  const doc = new Y.Doc()
  if (update instanceof Uint8Array) Y.applyUpdate(doc, update)
  return doc.getText("flow").toJSON()
}

test("what the server hears, too, is one message in 200 ms, and what is saved by then is no news", async () => {
  const { tab, clock, hears, write } = opened(() => false)
  for (const letter of "abc") write(letter)
  tab.saved(["id 1", "id 2", "elder"])
  clock.advance(199)
  expect(await hears(1)).toEqual([{ type: "saved", ids: ["elder"] }])
  clock.advance(1)
  const [, change] = await hears(2)
  expect(change).toMatchObject({ type: "change", ids: ["id 3"], whole: false })
  expect(textOf(change?.["update"])).toBe("abc")
  tab.saved(["id 3"])
  expect((await hears(3))[2]).toEqual({ type: "saved", ids: ["id 3"] })
})

test("what only this browser has is told at once, and what waits when the server or the page goes", async () => {
  let isAlone = true
  const { tab, hears, write } = opened(() => isAlone)
  write("a")
  await hears(1)
  isAlone = false
  write("b")
  tab.hurry()
  await hears(2)
  write("c")
  tab.answer(new Uint8Array(), ["id 3"], false)
  await hears(4)
  write("d")
  tab.close()
  const ids = (await hears(5)).map((message) => message["ids"])
  expect(ids).toEqual([["id 1"], ["id 2"], ["id 3"], ["id 3"], ["id 4"]])
})
