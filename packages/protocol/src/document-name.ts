import { DEFAULT_LIMITS } from "./limits.ts"
import { ProtocolError } from "./protocol-error.ts"

/** Opaque: 1 to 200 bytes of UTF-8, no control characters, not "." or "..", which browsers resolve away in an address (also as %2e). Two names are the same document only if every byte is the same. */
export type DocumentName = string

/** The name itself, checked. Throws `ProtocolError` "BAD_DOCUMENT_NAME". Takes the decoded name, not a path. */
export function parseDocumentName(text: string): DocumentName {
  if (text === "") throw bad("it is empty")
  if (CONTROL.test(text)) throw bad("it holds a control character or half a character")
  if (text === "." || text === "..") throw bad("URLs drop it")
  const bytes = new TextEncoder().encode(text).length
  if (bytes > DEFAULT_LIMITS.documentNameBytes) {
    throw bad(`it has ${bytes} bytes, ${DEFAULT_LIMITS.documentNameBytes} are allowed`)
  }
  return text
}

// C0, DEL, C1, halves of surrogate pairs, and the two line separators, which would break a name in two in every log.
const CONTROL = /[\p{Cc}\p{Cs}\u2028\u2029]/u

function bad(why: string): ProtocolError {
  return new ProtocolError("BAD_DOCUMENT_NAME", `This cannot name a document: ${why}.`)
}
