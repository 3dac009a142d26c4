import { parseDocumentName, type DocumentName } from "@ligature/protocol/document-name"

/** Where a document is synced, in the parts y-websocket concatenates: `${base}/${room}?${parameters}`. */
export interface ServerAddress {
  /** `wss://host/sync`, without a slash at the end. */
  readonly base: string
  /** The document name, percent-encoded once; the server decodes once. */
  readonly room: string
  readonly parameters: Readonly<Record<string, string>>
  /** What names the server in the local store: `https://host/sync`. The same for ws and http addresses. */
  readonly server: string
  readonly document: DocumentName
}

/**
 * Reads `url` (ws, wss, http, https, or relative to the page); `/sync` is added when it has no path.
 * Throws TypeError for anything else, ProtocolError `BAD_DOCUMENT_NAME` for a bad name.
 */
export function serverAddress(url: string, document: string): ServerAddress {
  const parsed = parseUrl(url)
  const secure = parsed.protocol === "wss:" || parsed.protocol === "https:"
  const path = parsed.pathname.replace(/\/+$/, "") || "/sync"
  const name = parseDocumentName(document)
  return {
    base: `${secure ? "wss" : "ws"}://${parsed.host}${path}`,
    room: encodeURIComponent(name),
    parameters: Object.fromEntries(parsed.searchParams),
    server: `${secure ? "https" : "http"}://${parsed.host}${path}`,
    document: name,
  }
}

function parseUrl(url: string): URL {
  const page = globalThis.location?.href
  const parsed = URL.canParse(url, page) ? new URL(url, page) : null
  if (parsed === null || !["ws:", "wss:", "http:", "https:"].includes(parsed.protocol)) {
    throw new TypeError(`url must be a ws, wss, http or https address, not ${JSON.stringify(url)}`)
  }
  return parsed
}
