import { DEFAULT_LIMITS, type Limits } from "./limits.ts"
import { ProtocolError } from "./protocol-error.ts"
import { Refused } from "./update-refusal.ts"
import { ByteReader } from "./update/byte-reader.ts"

/** The next clock by client, from the payload of a step1. Throws `ProtocolError` "MALFORMED_STATE_VECTOR". The map is the caller's. */
export function decodeStateVector(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS): Map<number, number> {
  const reader = new ByteReader()
  reader.bytes = bytes
  try {
    const clocks = new Map<number, number>()
    const clients = reader.count(2)
    if (clients > limits.clients) throw malformed(`it names ${clients} clients, ${limits.clients} are allowed`)
    for (let left = clients; left > 0; left--) {
      const client = reader.uint()
      const clock = reader.uint()
      if (clocks.has(client)) throw malformed(`it names client ${client} twice`)
      if (clock > limits.clock) throw malformed(`client ${client} is at the clock ${clock}`)
      clocks.set(client, clock)
    }
    if (reader.at !== bytes.length) throw malformed("bytes are left over")
    return clocks
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    throw malformed(cause.message, cause)
  }
}

function malformed(why: string, cause?: unknown): ProtocolError {
  return new ProtocolError("MALFORMED_STATE_VECTOR", `This is no state vector: ${why}.`, { cause })
}
