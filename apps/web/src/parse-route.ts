import { isDocumentName } from "./document-name.ts"

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
