import { createHash } from "node:crypto"
import type { IncomingMessage } from "node:http"
import { CLOSE, parseDocumentName, parseOffer, ProtocolError, type DocumentName } from "@ligature/protocol"
import type { SessionGrant } from "@ligature/room"
import type { HostNames } from "./host-names.ts"

/** What a handshake asks for: a session in a document, or the code it is closed with once it was accepted. */
export type SyncRequest =
  | { readonly document: DocumentName; readonly grant: SessionGrant }
  | { readonly document: null; readonly refusal: number }

const PREFIX = "/sync"

/** Whether the request is for a document at all; query and case are not looked at. */
export function isSyncPath(request: IncomingMessage): boolean {
  const path = pathOf(request)
  return path === PREFIX || path.startsWith(`${PREFIX}/`)
}

/**
 * Reads a handshake in open mode. A refusal is never an HTTP status: a browser shows its page nothing but 1006 for that,
 * and clients would come back for ever.
 */
export function readSyncRequest(request: IncomingMessage, hosts: HostNames): SyncRequest {
  if (!hosts.allowsOrigin(request.headers.origin, request.headers.host)) return refused(CLOSE.notAllowed)
  const encoded = pathOf(request).slice(PREFIX.length + 1)
  if (encoded === "") return refused(CLOSE.noSuchDocument)
  const document = documentNameIn(encoded)
  if (document === null) return refused(CLOSE.malformed)

  const offer = parseOffer(request.headers["sec-websocket-protocol"])
  const schema = schemaIn(request)
  return {
    document,
    grant: {
      speaks: offer.speaks,
      access: "write",
      identities: offer.browserSecret === undefined ? [] : [browserIdentity(offer.browserSecret)],
      ...(schema === undefined ? {} : { schema }),
    },
  }
}

/** The subprotocol of the answer: exactly one of those offered, never a credential. */
export function selectSubprotocol(request: IncomingMessage): string | false {
  return parseOffer(request.headers["sec-websocket-protocol"]).selected ?? false
}

function refused(refusal: number): SyncRequest {
  return { document: null, refusal }
}

/** The path as it was sent. A URL parser would resolve `..`, which may be part of a name. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? ""
}

function documentNameIn(encoded: string): DocumentName | null {
  try {
    return parseDocumentName(decodeURIComponent(encoded))
  } catch (error) {
    if (error instanceof URIError || error instanceof ProtocolError) return null
    throw error
  }
}

/** `?schema=N` of our own clients; others send none and are not held to it. */
function schemaIn(request: IncomingMessage): number | undefined {
  const query = (request.url ?? "").split("?")[1] ?? ""
  const value = new URLSearchParams(query).get("schema")
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined
}

/** The server keeps no secrets of browsers: whoever reads its data folder can prove to be nobody. */
function browserIdentity(secret: string): string {
  return `browser:${createHash("sha256").update(secret).digest("base64url")}`
}
