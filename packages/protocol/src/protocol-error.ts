export type ProtocolErrorCode =
  /** A frame that is no message: too short, left-over bytes, a number out of range. */
  | "MALFORMED_FRAME"
  /** Bytes that are no update, where the caller vouched that they are (stored records, own updates). */
  | "MALFORMED_UPDATE"
  /** Bytes that are no state vector. */
  | "MALFORMED_STATE_VECTOR"
  /** Text that cannot name a document. */
  | "BAD_DOCUMENT_NAME"

/** Bytes or text from outside that are not what the protocol allows. The code is stable, the sentence is not. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError"
  readonly code: ProtocolErrorCode

  constructor(code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
