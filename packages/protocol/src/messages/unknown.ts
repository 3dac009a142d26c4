/** A message of a number this version does not know: ignored and counted, so that newer peers may speak to older ones. */
export interface Unknown {
  readonly type: "unknown"
  readonly number: number
}

/** Nobody can mean to send one. Throws `TypeError`. */
export function encodeUnknown(message: Unknown): never {
  throw new TypeError(`a message of the unknown number ${message.number} cannot be sent`)
}
