import { useSyncExternalStore } from "react"
import { isDocumentName, newDocumentName } from "./document-name.ts"

/** Every page of the app. */
export type Route =
  | { readonly page: "home" }
  /** Makes a document and goes there: the shortcut of the installed app. */
  | { readonly page: "new-document" }
  | { readonly page: "document"; readonly document: string }
  | { readonly page: "broken-link" }
  | { readonly page: "not-found" }

export function parseRoute({ pathname: path, search }: { readonly pathname: string; readonly search: string }): Route {
  if (path === "/") return search === "?new" ? { page: "new-document" } : { page: "home" }
  const [, document] = /^\/d\/([^/]*)\/?$/.exec(path) ?? []
  if (document === undefined) return { page: "not-found" }
  return isDocumentName(document) ? { page: "document", document } : { page: "broken-link" }
}

export function pathOf(route: Extract<Route, { page: "home" | "document" }>): string {
  return route.page === "home" ? "/" : `/d/${route.document}`
}

/** Goes to a page without loading the app anew. */
export function navigate(path: string, options: { readonly replace?: boolean } = {}): void {
  if (options.replace === true) history.replaceState(null, "", path)
  else history.pushState(null, "", path)
  globalThis.dispatchEvent(new PopStateEvent("popstate"))
  globalThis.scrollTo(0, 0)
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
  const href = useSyncExternalStore(listen, () => location.href)
  return parseRoute(new URL(href))
}

function listen(changed: () => void): () => void {
  globalThis.addEventListener("popstate", changed)
  return () => globalThis.removeEventListener("popstate", changed)
}
