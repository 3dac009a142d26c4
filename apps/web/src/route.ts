import { useSyncExternalStore } from "react"
import { newDocumentName } from "./document-name.ts"
import { parseRoute, pathOf, type Route } from "./parse-route.ts"

export { pathOf } from "./parse-route.ts"

interface NavigateOptions {
  /** The page that is open leaves no trace in the history. */
  readonly replace?: boolean
  /** Nothing can be lost by leaving. */
  readonly unasked?: boolean
}

/** Goes to a page without loading the app anew, if the page that is open lets go. */
export function navigate(path: string, options: NavigateOptions = {}): void {
  if (options.unasked !== true && !mayLeave()) return
  if (options.replace === true) history.replaceState(null, "", path)
  else history.pushState(null, "", path)
  changed()
  globalThis.scrollTo(0, 0)
}

/**
 * Asks `ask` before another page of the app is shown, also for the browser's back button. The browser itself asks only before its tab
 * goes elsewhere. @returns the way to stop
 */
export function guardLeaving(ask: () => boolean): () => void {
  mayLeave = ask
  return () => {
    if (mayLeave === ask) mayLeave = leaveFreely
  }
}

/** Calls `listener` before another page of the app is shown, while this one is still on the screen. @returns the way to stop */
export function beforeLeaving(listener: () => void): () => void {
  leaving.add(listener)
  return () => leaving.delete(listener)
}

/** Makes a document of this browser's own and opens it. Nothing is asked of the server: this works offline. */
export function openNewDocument(options: { readonly replace?: boolean } = {}): void {
  const document = newDocumentName()
  newHere.add(document)
  navigate(pathOf({ page: "document", document }), options)
}

/** Whether a document was made by this page, just now: only then is "empty" known to be the truth without asking anyone. */
export function isNewHere(document: string): boolean {
  return newHere.has(document)
}

const newHere = new Set<string>()

export function useRoute(): Route {
  return parseRoute(new URL(useSyncExternalStore(listen, () => href)))
}

const leaveFreely = () => true
let mayLeave = leaveFreely
/** The address of the page that is shown: that of the address bar, but for a moment in which leaving is being asked about. */
let href = globalThis.location?.href ?? ""
const listeners = new Set<() => void>()
const leaving = new Set<() => void>()

function changed(): void {
  for (const leave of leaving) leave()
  href = location.href
  for (const listener of listeners) listener()
}

function wentBackOrForward(): void {
  // Within one page only the fragment changes.
  const isSamePage = location.href.split("#")[0] === href.split("#")[0]
  if (isSamePage || mayLeave()) changed()
  else history.pushState(null, "", href)
}

function listen(listener: () => void): () => void {
  if (listeners.size === 0) globalThis.addEventListener("popstate", wentBackOrForward)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) globalThis.removeEventListener("popstate", wentBackOrForward)
  }
}
