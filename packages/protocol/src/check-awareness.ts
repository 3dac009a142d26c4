import { cleanPresence, type PresenceIdentity } from "./clean-presence.ts"
import type { Limits } from "./limits.ts"
import { Refused, type UpdateRefusal } from "./update-refusal.ts"
import { ByteReader } from "./update/byte-reader.ts"
import { checkJson } from "./update/json.ts"
import { utf16Length } from "./update/utf8.ts"

/** Why an awareness message is refused: its encoding is an update's in small, and so are the reasons. */
export type AwarenessRefusal =
  | UpdateRefusal
  /** A state of more bytes than everybody in the room should get. */
  | "presence-too-large"

export type AwarenessVerdict =
  | {
      readonly verdict: "presence"
      /** The connection's clientID from now on. */
      readonly client: number
      /** Cleaned, the caller's; null if the client is gone. */
      readonly state: Record<string, unknown> | null
    }
  /** Nothing in it is about this connection. */
  | { readonly verdict: "ignored" }
  | { readonly verdict: "refused"; readonly reason: AwarenessRefusal; readonly detail: string }

/**
 * Checks an awareness message and takes from it the one entry that is this connection's own: the first clientID that it
 * sent and no live connection has. Entries of others are passed over: stock clients repeat everybody's. The clock is
 * not reported, because the server numbers presence itself.
 */
export function checkAwareness(
  update: Uint8Array,
  o: {
    /** The clientID this connection has already, or null. */
    readonly ownClient: number | null
    /** Whether another live connection has this clientID. Asked only while there is no own one. */
    isTaken(client: number): boolean
    readonly limits: Limits
    /** Who the session proved to be; overwrites what the state says. */
    readonly as?: PresenceIdentity | undefined
  },
): AwarenessVerdict {
  try {
    const entry = ownEntry(update, o)
    if (entry === null) return { verdict: "ignored" }
    const { client, from, to } = entry
    if (to - from > o.limits.presenceBytes) {
      const detail = `the state has ${to - from} bytes, ${o.limits.presenceBytes} are allowed`
      return { verdict: "refused", reason: "presence-too-large", detail }
    }
    utf16Length(update, from, to)
    checkJson(update, from, to, o.limits.presenceDepth)
    const state: unknown = JSON.parse(UTF8.decode(update.subarray(from, to)))
    if (state === null) return { verdict: "presence", client, state }
    if (!isObject(state)) return { verdict: "refused", reason: "invalid-value", detail: "the state is no object" }
    cleanPresence(state, o.limits, o.as)
    return { verdict: "presence", client, state }
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause
    return { verdict: "refused", reason: cause.reason, detail: cause.message }
  }
}

interface Entry {
  readonly client: number
  /** Bytes of its state, as JSON. */
  readonly from: number
  readonly to: number
}

/** The last entry of the connection's client, since later ones replace earlier ones; null if there is none. */
function ownEntry(
  update: Uint8Array,
  o: { readonly ownClient: number | null; isTaken(client: number): boolean; readonly limits: Limits },
): Entry | null {
  const reader = new ByteReader()
  reader.bytes = update
  let own: Entry | null = null
  let ownClient = o.ownClient
  const entries = reader.count(3)
  if (entries > o.limits.presenceEntries) {
    throw new Refused("count-too-large", `${entries} entries, ${o.limits.presenceEntries} are allowed`)
  }
  for (let left = entries; left > 0; left--) {
    const client = reader.uint()
    reader.uint()
    const length = reader.uint()
    const from = reader.at
    reader.skip(length)
    // Nobody becomes a client by saying that it is gone: stock clients repeat that about others.
    if (ownClient === null && !isNull(update, from, reader.at) && !o.isTaken(client)) ownClient = client
    if (client === ownClient) own = { client, from, to: reader.at }
  }
  if (reader.at !== update.length) {
    throw new Refused("leftover-bytes", `${update.length - reader.at} bytes are left over`)
  }
  return own
}

function isNull(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from === 4 && bytes[from] === 0x6e
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true })
