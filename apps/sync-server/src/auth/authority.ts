import type { Access, AccessReason, DocumentName } from "@ligature/protocol"
import { browserIdentity } from "./browser-identity.ts"
import type { Admission, Identified, Visitor, VisitRequest } from "./visitor.ts"

/** Who somebody is and what they may do: asked by the WebSocket endpoint, the long-polling fallback and the HTTP API alike. */
export interface Authority {
  readonly mode: "open" | "token"
  /** Reads the credentials of a request. Never rejects. */
  identify(request: VisitRequest): Promise<Identified>
  /** What a visitor may do in the document of this name, or behind this link, at the moment. Never rejects. */
  admit(visitor: Visitor, name: DocumentName): Promise<Admission>
  /** Calls `changed` each time a visitor's access to what they were admitted to is another one. @returns the way to stop */
  watch(visit: Visit, changed: (access: Access, reason: AccessReason) => void): () => void
}

/** A visitor in a document. */
export interface Visit {
  readonly visitor: Visitor
  /** What was asked for. */
  readonly name: DocumentName
  readonly admission: Extract<Admission, { document: string }>
}

/** Everybody who has the name of a document may write in it. */
export function openAuthority(): Authority {
  return {
    mode: "open",
    async identify({ offer }) {
      const identities = offer?.browserSecret === undefined ? [] : [browserIdentity(offer.browserSecret)]
      return {
        visitor: { via: "open", subject: null, identities, grant: null, expires: null, sessionId: null },
      }
    },
    async admit(_visitor, document) {
      return { document, access: "write" }
    },
    watch() {
      return () => {}
    },
  }
}
