import type { Access, DocumentName } from "@ligature/protocol"

/** What a token grants, and in which documents. */
export interface Grant {
  /** A name means that document. One that ends in `*` means every document whose name begins with what stands before the star. */
  readonly documents: readonly string[]
  readonly access: Access
}

/** What a grant allows in a document; a star anywhere but at the end is a star. */
export function grantedIn(grant: Grant, document: DocumentName): Access {
  return grant.documents.some((pattern) => matches(pattern, document)) ? grant.access : "none"
}

/** Whether a grant reaches every document there is or will be. */
export function reachesEverything(grant: Grant): boolean {
  return grant.documents.includes("*")
}

export function isAtLeast(access: Access, needed: Access): boolean {
  return STRENGTH[access] >= STRENGTH[needed]
}

export function stronger(a: Access, b: Access): Access {
  return isAtLeast(a, b) ? a : b
}

/** `cap` null: not capped. */
export function capped(access: Access, cap: Access | null | undefined): Access {
  return cap == null || isAtLeast(cap, access) ? access : cap
}

/** The access of this name; null for anything else. */
export function accessNamed(value: unknown): Access | null {
  return ACCESSES.find((access) => access === value) ?? null
}

function matches(pattern: string, document: DocumentName): boolean {
  return pattern.endsWith("*") ? document.startsWith(pattern.slice(0, -1)) : document === pattern
}

const STRENGTH: Readonly<Record<Access, number>> = { none: 0, read: 1, comment: 2, write: 3, admin: 4 }
const ACCESSES: readonly Access[] = ["none", "read", "comment", "write", "admin"]
