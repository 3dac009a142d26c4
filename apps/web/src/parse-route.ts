import { isDocumentName } from "./document-name.ts"

/** Every page of the app. */
export type Route =
  | { readonly page: "home" }
  /** Makes a document and goes there: the shortcut of the installed app. */
  | { readonly page: "new-document" }
  /** `isReading`: by a link that lets one read. */
  | { readonly page: "document"; readonly document: string; readonly isReading?: boolean }
  | { readonly page: "broken-link" }
  | { readonly page: "not-found" }

export function parseRoute({ pathname: path, search }: { readonly pathname: string; readonly search: string }): Route {
  if (path === "/") return search === "?new" ? { page: "new-document" } : { page: "home" }
  const [, kind, document] = /^\/([dr])\/([^/]*)\/?$/.exec(path) ?? []
  if (document === undefined) return { page: "not-found" }
  if (!isDocumentName(document)) return { page: "broken-link" }
  return kind === "r" ? { page: "document", document, isReading: true } : { page: "document", document }
}

export function pathOf(route: Extract<Route, { page: "home" | "document" }>): string {
  if (route.page === "home") return "/"
  return `/${route.isReading === true ? "r" : "d"}/${route.document}`
}
