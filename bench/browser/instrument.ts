import { LETTERS } from "./letters.ts"

/** What a contestant's page gives: its editor, and what it says of the connection. */
export interface EditorUnderTest {
  /** What is written in. */
  readonly surface: HTMLElement
  isEditable(): boolean
  /** The text is there: a document that measures at least so much, in ProseMirror's tokens. */
  holds(size: number): boolean
  /** The element of the block in the middle of the document. */
  middleBlock(): Element | null
  /** The server's state is in. */
  isSynced(): boolean
  /** All that was written here has left for the server, as far as this editor can tell. */
  isSent(): boolean
  /** Puts paragraphs into the empty document, as one transaction of the editor. */
  fill(paragraphs: readonly string[]): void
}

/** What the benchmark asks the page, over the wire of the developer tools. */
interface Bench {
  isReady(size: number): boolean
  isSent(): boolean
  fill(paragraphs: readonly string[]): void
  /** Scrolls the middle paragraph into view and returns where its middle is, in CSS pixels of the viewport. */
  middle(): { x: number; y: number }
  /** When each keydown came into being, epoch milliseconds. */
  readonly keydowns: readonly number[]
  /** When the n-th of each watched letter had been painted, epoch milliseconds. */
  readonly painted: Readonly<Record<string, readonly number[]>>
  /** When there was text on the screen, looked at or written in, and painted: milliseconds since the navigation began. */
  readonly textAfter: number | null
  /** When the document was there, editable and in sync with the server, and painted: milliseconds since the navigation began. */
  readonly openedAfter: number | null
}

declare global {
  var bench: Bench | undefined
}

/**
 * Measures from inside the page when letters are on the screen.
 *
 * A letter is noticed by a MutationObserver, whichever way an editor draws. It counts as painted at the first task after the frame that
 * draws it: a message posted in the frame's animation callbacks arrives when the main thread has done style, layout and paint of that
 * frame (rasterising happens elsewhere and is not in the figure). Frames are asked for only when there is something to see, as on a page
 * where nobody measures. A key's own start is the `timeStamp` of its keydown, which the browser sets when the key arrives: time it
 * waits for a busy main thread counts.
 */
export function instrument(textBlocks = "main p"): (editor: EditorUnderTest) => void {
  const keydowns: number[] = []
  const painted: Record<string, number[]> = {}
  const frames = watchFrames()
  let editor: EditorUnderTest | undefined
  let openedAfter: number | null = null
  let textAfter: number | null = null
  /** The size of a document that is complete. Given in the address, for pages that are timed from their navigation on. */
  const expected = Number(new URLSearchParams(location.search).get("size") ?? "0")

  const isReady = (size: number): boolean =>
    editor !== undefined && editor.isSynced() && editor.isEditable() && editor.holds(size)

  const letters = new MutationObserver((mutations) => {
    const seen = new Map<string, number>()
    for (const text of changedTexts(mutations)) {
      for (const letter of text) {
        if (LETTERS.includes(letter) && !seen.has(letter)) seen.set(letter, text.split(letter).length - 1)
      }
    }
    if (seen.size > 0) {
      frames.afterPaint((now) => {
        for (const [letter, count] of seen) {
          const times = (painted[letter] ??= [])
          while (times.length < count) times.push(now)
        }
      })
    }
  })

  const firstText = new MutationObserver(() => {
    const block = document.querySelector(textBlocks)
    if (block === null || block.textContent === "") return
    firstText.disconnect()
    frames.afterPaint((now) => (textAfter = now - performance.timeOrigin))
  })
  firstText.observe(document, { subtree: true, childList: true, characterData: true })

  addEventListener("keydown", (event) => keydowns.push(performance.timeOrigin + event.timeStamp), { capture: true })

  return (shown) => {
    editor = shown
    letters.observe(shown.surface, { subtree: true, childList: true, characterData: true })
    const look = (): void => {
      if (isReady(expected)) frames.afterPaint((now) => (openedAfter = now - performance.timeOrigin))
      else setTimeout(look, 5)
    }
    look()
    globalThis.bench = {
      isReady,
      isSent: () => shown.isSent(),
      fill: (paragraphs) => shown.fill(paragraphs),
      middle: () => middleOf(shown.middleBlock()),
      keydowns,
      painted,
      get textAfter() {
        return textAfter
      },
      get openedAfter() {
        return openedAfter
      },
    }
  }
}

/** Knows whether the main thread is in a frame now, by wrapping `requestAnimationFrame` before anybody else has it. */
function watchFrames(): { afterPaint(then: (now: number) => void): void } {
  const request = globalThis.requestAnimationFrame.bind(globalThis)
  const channel = new MessageChannel()
  let isInFrame = false
  let thisFrame: ((now: number) => void)[] = []
  let nextFrame: ((now: number) => void)[] = []
  globalThis.requestAnimationFrame = (callback) =>
    request((time) => {
      if (!isInFrame) {
        isInFrame = true
        thisFrame.push(...nextFrame)
        nextFrame = []
        channel.port2.postMessage(null)
      }
      callback(time)
    })
  channel.port1.addEventListener("message", () => {
    isInFrame = false
    const now = performance.timeOrigin + performance.now()
    const due = thisFrame
    thisFrame = []
    for (const then of due) then(now)
  })
  channel.port1.start()
  // A key may be handled between a frame and its message; what it changes is drawn by the next one.
  const endFrame = (): void => void (isInFrame = false)
  for (const name of ["keydown", "keypress", "beforeinput", "input"])
    addEventListener(name, endFrame, { capture: true })
  return {
    afterPaint(then) {
      if (isInFrame) {
        thisFrame.push(then)
      } else {
        nextFrame.push(then)
        globalThis.requestAnimationFrame(() => {})
      }
    },
  }
}

function* changedTexts(mutations: readonly MutationRecord[]): Generator<string> {
  const blocks = new Set<Node>()
  for (const { type, target, addedNodes } of mutations) {
    if (type === "characterData") blocks.add(blockAround(target))
    else for (const node of addedNodes) blocks.add(node instanceof Text ? blockAround(target) : node)
  }
  for (const block of blocks) yield block.textContent ?? ""
}

function blockAround(node: Node): Node {
  const element = node instanceof Element ? node : node.parentElement
  return element?.closest("p, div") ?? node
}

function middleOf(block: Element | null): { x: number; y: number } {
  if (!(block instanceof HTMLElement)) throw new TypeError("the middle block is not drawn as an element")
  block.scrollIntoView({ block: "center" })
  const { left, top, height } = block.getBoundingClientRect()
  return { x: left + 200, y: top + height / 2 }
}
