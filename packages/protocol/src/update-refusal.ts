import { CLOSE, type CloseCode } from "./close-codes.ts"

/** Why an update is refused. Stable: metrics count by it and tests assert it. */
export type UpdateRefusal =
  /** It ends in the middle of something. */
  | "truncated"
  /** It goes on after its end. */
  | "leftover-bytes"
  /** It announces more than its bytes can hold. */
  | "count-too-large"
  /** A number no peer would write: more than eight bytes, or beyond 2^53. */
  | "number-out-of-range"
  /** A struct, skip or delete of no length: these mute a document for ever. */
  | "zero-length"
  /** The same client twice, among the structs or among the deletes. */
  | "client-twice"
  /** A clock beyond the limit. */
  | "clock-too-large"
  /** Deleted ranges that overlap or go backwards. */
  | "deletes-unsorted"
  /** A kind of struct, content or type that Yjs does not have. */
  | "unknown-kind"
  /** A document inside the document. */
  | "subdocument"
  /** Text that is no UTF-8. */
  | "invalid-text"
  /** A value that is no JSON, or no value of lib0's encoding. */
  | "invalid-value"
  /** Arrays and objects inside each other beyond the limit. */
  | "value-too-deep"
  /** A BigInt: it cannot be written as JSON, and every export would fail. */
  | "bigint"
  /** The name `__proto__`: it would set a prototype where readers build objects. */
  | "prototype-name"
  /** A name, key or root beyond the limit. */
  | "name-too-long"
  /** A struct that needs itself, or something that can only come after it. */
  | "impossible-reference"
  /** A parent that is text or a value. */
  | "parent-is-no-type"
  /** Several living values under one key of a map: they make its deletion fail. */
  | "several-under-key"
  /** Types inside each other beyond the limit. */
  | "types-too-deep"
  | "too-many-structs"
  | "too-many-clients"
  | "too-many-roots"
  /** The document would outgrow what the server keeps for it. */
  | "document-too-large"

/** The code that a session is closed with after this refusal. */
export function refusalCloseCode(reason: UpdateRefusal): CloseCode {
  switch (reason) {
    case "document-too-large":
    case "too-many-structs":
    case "too-many-clients":
    case "too-many-roots":
      return CLOSE.tooLarge
    default:
      return CLOSE.malformed
  }
}

/** How the parser leaves; `checkUpdate` turns it into a verdict. It never leaves the package. */
export class Refused extends Error {
  override readonly name = "Refused"
  readonly reason: UpdateRefusal

  constructor(reason: UpdateRefusal, detail: string) {
    super(detail)
    this.reason = reason
  }
}
