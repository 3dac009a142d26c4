// What was on the screen when a document was last open here, to be shown before the editor is loaded: without it, and small.
import { drawFirstScreen, type FirstScreen, readFirstScreen, type ScreenPlace } from "@ligature/editor/first-screen"

export type { ScreenPlace } from "@ligature/editor/first-screen"

/** Whose screen of which document: as given to `createEditor`. Nobody sees what another person saw here. */
export interface ScreenKey {
  readonly url: string
  readonly document: string
  readonly subject?: string | undefined
}

/** A kept screen, drawn: inert, and as it looks in the editor where the style sheet is the same. */
export interface DrawnScreen {
  /** To be put where the editor will be. */
  readonly element: HTMLElement
  /** The document's title as it was. */
  readonly title: string
  /** Where the text stood in the window; `embed.returnTo` brings the editor there. */
  readonly place: ScreenPlace
}

/** Draws the screen that this browser keeps; null when there is none. At once, without a promise, and without ever throwing. */
export function drawKeptScreen(key: ScreenKey): DrawnScreen | null {
  const kept = read(nameOf(key))
  if (kept === null) return null
  const { screen, title } = kept
  return { element: drawFirstScreen(globalThis.document, screen), title, place: screen.place }
}

/** Keeps a screen in this browser in place of the one before; the oldest others make room. Where storage is denied, nothing happens. */
export function keepScreen(key: ScreenKey, screen: FirstScreen, title: string): void {
  const name = nameOf(key)
  const value = `${Date.now()} ${JSON.stringify({ ...screen, title })}`
  if (value.length > MOST_CHARACTERS) {
    forgetScreen(key)
    return
  }
  try {
    const others = keptNames().filter((other) => other !== name)
    for (const other of others.slice(MOST_SCREENS - 1)) localStorage.removeItem(other)
    localStorage.setItem(name, value)
  } catch {
    // Denied or full: the next opening shows a skeleton. An old screen would be worse than that.
    forgetScreen(key)
  }
}

export function forgetScreen(key: ScreenKey): void {
  try {
    localStorage.removeItem(nameOf(key))
  } catch {
    // Where storage is denied, nothing is kept.
  }
}

const PREFIX = "ligature:first-screen:"
/** Some screens full of text. What is larger holds a block that goes on and on. */
const MOST_CHARACTERS = 60_000
/** Together they stay well below what a browser gives an origin, some 5 million characters. */
const MOST_SCREENS = 20

function read(name: string): { readonly screen: FirstScreen; readonly title: string } | null {
  try {
    const value = localStorage.getItem(name)
    if (value === null) return null
    const kept: unknown = JSON.parse(value.slice(value.indexOf(" ")))
    const screen = readFirstScreen(kept)
    return screen === null ? null : { screen, title: titleOf(kept) }
  } catch {
    // Denied, or not written by us.
    return null
  }
}

function titleOf(kept: unknown): string {
  const isNamed = typeof kept === "object" && kept !== null && "title" in kept && typeof kept.title === "string"
  return isNamed ? String(kept.title) : ""
}

/** Of all screens that are kept, the latest first. */
function keptNames(): string[] {
  const kept: { readonly name: string; readonly at: number }[] = []
  for (let n = 0; n < localStorage.length; n++) {
    const name = localStorage.key(n)
    if (name?.startsWith(PREFIX) !== true) continue
    kept.push({ name, at: Number.parseInt(localStorage.getItem(name) ?? "0", 10) })
  }
  return kept.toSorted((a, b) => b.at - a.at).map(({ name }) => name)
}

/** The same for ws and http addresses, with and without the path that is added when there is none. */
function nameOf({ url, document, subject = "" }: ScreenKey): string {
  const { host, pathname } = new URL(url, globalThis.location?.href)
  const server = host + (pathname.replace(/\/+$/, "") || "/sync")
  return PREFIX + [server, subject, document].map(encodeURIComponent).join(" ")
}
