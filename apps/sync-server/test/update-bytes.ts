/** A number is written as a varUint, a text as varString, an array as it stands: raw bytes. */
export type Part = number | string | readonly number[] | Uint8Array

/** Bytes of an update or message written by hand, as no library would write them. */
export function bytes(...parts: readonly Part[]): Uint8Array {
  const out: number[] = []
  for (const part of parts) {
    if (typeof part === "number") out.push(...varUint(part))
    else if (typeof part === "string") {
      const text = new TextEncoder().encode(part)
      out.push(...varUint(text.length))
      for (const byte of text) out.push(byte)
    } else for (const byte of part) out.push(byte)
  }
  return Uint8Array.from(out)
}

/** Update V1 with structs of one client from this clock on, and no deletes. Each struct is its parts. */
export function structs(client: number, clock: number, ...all: readonly (readonly Part[])[]): Uint8Array {
  return bytes(1, all.length, client, clock, ...all.flat(), 0)
}

/** An item at the end of a root, with this kind of content: 1 deleted, 2 JSON, 4 string, 5 embed, 6 format, 7 type, 8 any, 9 document. */
export function item(kind: number, ...content: readonly Part[]): Part[] {
  return [[kind], 1, "text", ...content]
}

/** The same under a key: a map's entry. */
export function entry(key: string, kind: number, ...content: readonly Part[]): Part[] {
  return [[0x20 | kind], 1, "map", key, ...content]
}

/** Update V1 with deletes only: of one client, as `[clock, length]`. */
export function deletes(client: number, ...ranges: readonly (readonly [number, number])[]): Uint8Array {
  return bytes(0, 1, client, ranges.length, ...ranges.flat())
}

/** A y-websocket message: sync step 2 or update. */
export function syncMessage(kind: "sync-step-2" | "update", update: Uint8Array): Uint8Array {
  return bytes(0, kind === "update" ? 2 : 1, update.length, update)
}

/** An awareness message with one entry; `state` is text, so that it may be no JSON. */
export function awarenessMessage(client: number, clock: number, state: string): Uint8Array {
  const update = bytes(1, client, clock, state)
  return bytes(1, update.length, update)
}

function varUint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest > 127) {
    out.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
  return out
}
