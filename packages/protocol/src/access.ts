/** What a session may do to a document, from nothing to everything; each includes what stands before it. */
export type Access = "none" | "read" | "comment" | "write" | "admin"

/** All of them, weakest first. On the wire an access is its place in this list. */
export const ACCESSES: readonly Access[] = ["none", "read", "comment", "write", "admin"]

/** May see the document, its changes and who is there. */
export function mayRead(access: Access): boolean {
  return access !== "none"
}

/** May change the document itself. Comments live in a document of their own. */
export function mayWrite(access: Access): boolean {
  return access === "write" || access === "admin"
}

/** Why an access is what it is now. */
export type AccessReason =
  /** What the session came with. */
  | "granted"
  /** Somebody changed the rights of this person or link. */
  | "rights-changed"
  /** The token ran out; a fresh one restores what it grants. */
  | "token-expired"
  /** The document was written with a newer schema than this client knows. */
  | "version-skew"
  /** The store takes no writes at the moment. */
  | "store-unavailable"
  /** A part of the stored document is lost; what can be read of it is shown, and nobody may write behind that. */
  | "damaged"

/** All of them. On the wire a reason is its place in this list: new ones go to the end. */
export const ACCESS_REASONS: readonly AccessReason[] = [
  "granted",
  "rights-changed",
  "token-expired",
  "version-skew",
  "store-unavailable",
  "damaged",
]
