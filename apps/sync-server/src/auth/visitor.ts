import type { IncomingHttpHeaders } from "node:http"
import {
  CLOSE,
  type Access,
  type CloseCode,
  type DocumentName,
  type Millis,
  type Offer,
  type PresenceIdentity,
} from "@ligature/protocol"
import type { Grant } from "./grant.ts"

/** What a request says about who sends it: a WebSocket handshake, a long-polling request, or any other. */
export interface VisitRequest {
  readonly headers: IncomingHttpHeaders
  /** As it was sent: path and query. */
  readonly url: string
  /** `GET` if left out, as a handshake has it. */
  readonly method?: string
  /** The subprotocols of a handshake, understood; what a transport without subprotocols gets in another way. */
  readonly offer?: Offer
}

/** Who somebody is, as far as they have proved it. What they may do depends on the document: ask `Authority.admit`. */
export interface Visitor {
  /** `open`: proved nothing. */
  readonly via: "open" | "token" | "cookie"
  /** Who signed in; null for whoever proved nothing. */
  readonly subject: string | null
  /** Overwrites what presence says of this person; absent for whoever proved nothing. */
  readonly user?: PresenceIdentity
  /** Owners of what is written: the subject, and the hash of the browser's secret. */
  readonly identities: readonly string[]
  /** What the token grants; null without one. */
  readonly grant: Grant | null
  /** When the token or the session ends; null for never. */
  readonly expires: Millis | null
  /** Names the server-side session of a cookie; null without one. */
  readonly sessionId: string | null
}

export type Identified =
  | { readonly visitor: Visitor }
  | { readonly visitor: null; readonly failure: AuthFailure; readonly detail: string }

/** What a visitor may do in a document. */
export type Admission =
  /** `document` is its name in the store, which may be another than the name that was asked for: a link is a name, too. */
  | { readonly document: DocumentName; readonly access: Exclude<Access, "none"> }
  | { readonly document: null; readonly access: "none"; readonly failure: AuthFailure; readonly detail: string }

export type AuthFailure =
  /** No credential, or one that does not hold any more. */
  | "sign-in-again"
  /** The credential is good and does not reach this far. */
  | "not-allowed"
  /** It cannot be found out at the moment. */
  | "unavailable"

/** How a connection is closed for it. */
export const FAILURE_CLOSE_CODE: Readonly<Record<AuthFailure, CloseCode>> = {
  "sign-in-again": CLOSE.signInAgain,
  "not-allowed": CLOSE.notAllowed,
  unavailable: CLOSE.storeUnavailable,
}

/** How an HTTP request is answered for it. */
export const FAILURE_STATUS: Readonly<Record<AuthFailure, number>> = {
  "sign-in-again": 401,
  "not-allowed": 403,
  unavailable: 503,
}
