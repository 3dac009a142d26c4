// Drawn before React and the editor are loaded: it imports neither.
import { type DrawnScreen, drawKeptScreen, type ScreenPlace } from "@ligature/embed/first-screen"
import { signedInSubject } from "../person/signed-in.ts"
import "@ligature/embed/style.css"
import "../document/document-bar.css"
import "../document/title-field.css"
import "../document/document-page.css"
import "./cover.css"

/**
 * Covers the page, until the document is there, with what was on the screen when it was last open in this browser, or else with grey
 * lines. It lies over the page that is built below it and is nothing but looks: inert, and gone in the frame that shows the editor.
 */
export function coverPage(document: string): void {
  if (cover?.document === document) return
  uncoverPage()
  const screen = drawKeptScreen({ url: location.origin, document, subject: signedInSubject() })
  const element = screen === null ? drawSkeleton() : drawPage(screen)
  globalThis.document.body.append(element)
  if (screen !== null) moveTo(element, screen.place)
  cover = { document, element, place: screen?.place ?? null }
}

/**
 * Takes the cover off, if there is one.
 *
 * @param bring brings the page to where the covered text stood, and says whether it stood there already. The cover stays until it does, some
 * frames at most: what the page draws for the first time on the way may move it.
 */
export function uncoverPage(bring?: (place: ScreenPlace) => boolean): void {
  if (cover === null) return
  const { element, place } = cover
  cover = null
  if (place === null || bring === undefined || document.hidden) {
    element.remove()
    return
  }
  let frames = 0
  let atRest = 0
  const look = (): void => {
    frames += 1
    atRest = bring(place) ? atRest + 1 : 0
    if (atRest >= FRAMES_AT_REST || frames >= MOST_FRAMES) element.remove()
    else requestAnimationFrame(look)
  }
  look()
}

/** What comes near the window is laid out a frame or two after the page was scrolled there. */
const FRAMES_AT_REST = 4
/** A third of a second: longer than any page takes to come to rest, shorter than anybody waits in vain. */
const MOST_FRAMES = 20

interface Cover {
  readonly document: string
  readonly element: HTMLElement
  /** Null for grey lines. */
  readonly place: ScreenPlace | null
}

let cover: Cover | null = null

/** The page as React draws it, without anything to press. */
function drawPage({ element, title }: DrawnScreen): HTMLElement {
  const name = part("title-field")
  name.dataset["title"] = title === "" ? "Untitled" : title
  name.classList.toggle("cover-untitled", title === "")
  const text = part("sheet-text", part("ligature", part("ligature-page", element)))
  return inert(drawBar(), part("sheet", name, text))
}

function drawSkeleton(): HTMLElement {
  const lines = part("cover-skeleton")
  for (let line = 0; line < 6; line++) lines.append(document.createElement("span"))
  return inert(drawBar(), part("sheet", lines))
}

function drawBar(): HTMLElement {
  return part("document-bar", part("document-bar-row"), part("toolbar-place"))
}

function inert(...children: readonly HTMLElement[]): HTMLElement {
  const element = part("cover", part("document-page", ...children))
  element.inert = true
  element.setAttribute("aria-busy", "true")
  return element
}

/** Moves the text to where it was: the window may have been scrolled, and there may have been something above the text. */
function moveTo(element: HTMLElement, { index, top }: ScreenPlace): void {
  const sheet = element.querySelector<HTMLElement>(".sheet")
  const text = element.querySelector(".ligature-text")
  const first = text?.querySelector(".ligature-section > *")
  if (sheet === null || text === null || first === null || first === undefined) return
  sheet.style.translate = `0 ${top - first.getBoundingClientRect().top}px`
  // Where the page will have a scroll bar, its room is left free from the start.
  const scrolls = index > 0 || text.getBoundingClientRect().bottom > innerHeight
  element.classList.toggle("cover-scrolls", scrolls)
}

function part(name: string, ...children: readonly HTMLElement[]): HTMLElement {
  const made = document.createElement("div")
  made.className = name
  made.append(...children)
  return made
}
