import type { Page } from "@playwright/test"
import type { Person } from "../fixtures/person.ts"
import { expect, test } from "../fixtures/test.ts"

test("a document that was open here shows where it was left, at once, and the editor comes without a jump", async ({
  alice,
}) => {
  const document = await alice.createDocument()
  await alice.title.fill("Field notes")
  await alice.paste(Array.from({ length: 400 }, (_, n) => `<p>Paragraph ${n} of the <b>field</b> notes.</p>`).join(""))
  await alice.isTold("Saved")
  await alice.page.getByText("Paragraph 200 of").scrollIntoViewIfNeeded()
  await watchFrames(alice.page)
  await comesToRest(alice.page)
  const left = await firstLine(alice)
  await alice.page.reload()
  await alice.canWrite()
  await expect(alice.page.locator(".cover")).toHaveCount(0)

  const frames = await framesOf(alice.page)
  const covered = frames.filter((frame) => frame.isCovered)
  expect(covered.length, "the picture was on the screen before the editor was").toBeGreaterThan(0)
  expect(covered.every((frame) => frame.isInert && !frame.isEditable)).toBe(true)
  for (const frame of frames.filter(({ line }) => line !== null)) {
    expect(frame.line?.text).toBe(left.text)
    expect(Math.abs((frame.line?.top ?? 0) - left.top)).toBeLessThan(1)
  }
  expect(frames.at(-1)).toMatchObject({ isCovered: false, isEditable: true })

  // The same on the way through the list of documents.
  // Not with the mouse: to click, the test's hand would scroll first.
  await alice.page.getByRole("link", { name: "Your documents" }).dispatchEvent("click")
  await alice.page.getByRole("link", { name: /Field notes/ }).click()
  await alice.canWrite()
  await expect(alice.page.locator(".cover")).toHaveCount(0)
  expect(await firstLine(alice)).toEqual(left)
  expect(new URL(alice.page.url()).pathname).toBe(document)
})

test("a document that was never open here shows grey lines first, and one that was removed shows them again", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.title.fill("Secrets")
  await alice.type("Nobody else may see this.")
  await alice.isTold("Saved")

  await bob.goHome()
  await watchFrames(bob.page)
  await bob.openDocument(document)
  await bob.sees("Nobody else")
  expect((await framesOf(bob.page)).some((frame) => frame.isCovered && frame.line !== null)).toBe(false)

  await bob.page.reload()
  await bob.canWrite()
  expect((await framesOf(bob.page)).some((frame) => frame.isCovered && frame.line !== null)).toBe(true)

  await bob.goHome()
  await bob.page.getByRole("button", { name: /Remove/ }).click()
  await bob.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click()
  await expect(bob.page.getByRole("link", { name: /Secrets/ })).toHaveCount(0)
  expect(await bob.page.evaluate(() => JSON.stringify(Object.entries(localStorage)))).not.toContain("Nobody else")
})

interface Frame {
  readonly isCovered: boolean
  readonly isInert: boolean
  readonly isEditable: boolean
  /** The first line of text in the window, wherever it is drawn. */
  readonly line: { readonly text: string; readonly top: number } | null
}

declare global {
  var frameLog: Frame[] | undefined
  var lookAtFrame: (() => Frame) | undefined
}

/** From the next navigation on, notes in every animation frame what is on the screen. */
async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(LOOK)
  await page.addInitScript(() => {
    const noted: Frame[] = (globalThis.frameLog = [])
    const note = (): void => {
      const frame = globalThis.lookAtFrame?.()
      if (frame !== undefined) noted.push(frame)
      requestAnimationFrame(note)
    }
    requestAnimationFrame(note)
  })
  await page.evaluate(LOOK)
}

async function framesOf(page: Page): Promise<Frame[]> {
  return page.evaluate(() => globalThis.frameLog ?? [])
}

/** What is scrolled near for the first time is laid out some frames later, and may move the lines. */
async function comesToRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    let last = ""
    for (let same = 0; same < 10;) {
      await new Promise((resolve) => requestAnimationFrame(resolve))
      const now = JSON.stringify(globalThis.lookAtFrame?.().line)
      same = now === last ? same + 1 : 0
      last = now
    }
  })
}

async function firstLine({ page }: Person): Promise<NonNullable<Frame["line"]>> {
  const line = await page.evaluate(() => globalThis.lookAtFrame?.().line ?? null)
  if (line === null) throw new Error("there is no text on the screen")
  return line
}

/** As text, for it runs in the page before anything of ours is there. */
const LOOK = `globalThis.lookAtFrame = () => {
  const cover = document.querySelector(".cover")
  const text = (cover ?? document).querySelector(".ligature-text")
  const bar = document.querySelector(".document-bar")?.getBoundingClientRect().bottom ?? 0
  let line = null
  for (const block of text?.querySelectorAll("[data-kind]") ?? []) {
    const { top } = block.getBoundingClientRect()
    if (top < bar) continue
    if (block.textContent !== "") line = { text: block.textContent, top: Math.round(top) }
    break
  }
  return {
    isCovered: cover !== null,
    isInert: cover?.inert === true,
    isEditable: cover === null && text?.isContentEditable === true,
    line,
  }
}`
