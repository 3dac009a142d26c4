/** A message of a number this version does not know: ignored and counted, so that newer peers may speak to older ones. */
export interface Unknown {
  readonly type: "unknown"
  readonly number: number
}
