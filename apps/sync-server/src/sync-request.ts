import type { IncomingMessage } from "node:http"
import { CLOSE, parseDocumentName, parseOffer, ProtocolError, type DocumentName, type Offer } from "@ligature/protocol"
import type { SessionGrant } from "@ligature/room"
import type { Authority, Visit } from "./auth/authority.ts"
import { FAILURE_CLOSE_CODE } from "./auth/visitor.ts"
import type { HostNames } from "./host-names.ts"

/** What a handshake asks for: a session in a document, or the code it is closed with once it was accepted. */
export type SyncRequest =
  | { readonly document: DocumentName; readonly grant: SessionGrant; readonly visit: Visit }
  | { readonly document: null; readonly refusal: number }

const PREFIX = "/sync"

/** Whether the request is for a document at all; query and case are not looked at. */
export function isSyncPath(request: IncomingMessage): boolean {
  const path = pathOf(request)
  return path === PREFIX || path.startsWith(`${PREFIX}/`)
}

/**
 * Reads a handshake, or the first request of another transport, and asks who sends it and what they may do. A refusal is
 * never an HTTP status: a browser shows its page nothing but 1006 for that, and clients would come back for ever. Never rejects.
 */
export async function readSyncRequest(
  request: Pick<IncomingMessage, "headers" | "url" | "method">,
  o: { readonly hosts: HostNames; readonly authority: Authority; readonly offer?: Offer },
): Promise<SyncRequest> {
  const { hosts, authority, offer = parseOffer(request.headers["sec-websocket-protocol"]) } = o
  if (!hosts.allowsOrigin(request.headers.origin, request.headers.host)) return refused(CLOSE.notAllowed)
  const encoded = pathOf(request).slice(PREFIX.length + 1)
  if (encoded === "") return refused(CLOSE.noSuchDocument)
  const name = documentNameIn(encoded)
  if (name === null) return refused(CLOSE.malformed)

  const { headers, url = "", method = "GET" } = request
  const identified = await authority.identify({ headers, url, method, offer })
  if (identified.visitor === null) return refused(FAILURE_CLOSE_CODE[identified.failure])
  const { visitor } = identified
  const admission = await authority.admit(visitor, name)
  if (admission.document === null) return refused(FAILURE_CLOSE_CODE[admission.failure])
  const schema = schemaIn(request)
  return {
    document: admission.document,
    visit: { visitor, name, admission },
    grant: {
      speaks: offer.speaks,
      access: admission.access,
      identities: visitor.identities,
      ...(visitor.user === undefined ? {} : { user: visitor.user }),
      ...(schema === undefined ? {} : { schema }),
    },
  }
}

/** The document that a handshake names; null if it names none. */
export function documentIn(request: Pick<IncomingMessage, "url">): DocumentName | null {
  return documentNameIn(pathOf(request).slice(PREFIX.length + 1))
}

/** The subprotocol of the answer: exactly one of those offered, never a credential. */
export function selectSubprotocol(request: IncomingMessage): string | false {
  return parseOffer(request.headers["sec-websocket-protocol"]).selected ?? false
}

function refused(refusal: number): SyncRequest {
  return { document: null, refusal }
}

/** The path as it was sent. A URL parser would resolve `..`, which may be part of a name. */
function pathOf(request: Pick<IncomingMessage, "url">): string {
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
function schemaIn(request: Pick<IncomingMessage, "url">): number | undefined {
  const query = (request.url ?? "").split("?")[1] ?? ""
  const value = new URLSearchParams(query).get("schema")
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined
}
