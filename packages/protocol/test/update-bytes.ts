import { createEncoder, toUint8Array, writeUint8Array, writeVarString, writeVarUint } from "lib0/encoding"

/** Bytes written by hand: "01 0a ff". */
export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.split(" ").filter(Boolean), (byte) => Number.parseInt(byte, 16))
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ")
}

export function uint(value: number): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, value)
  return toUint8Array(encoder)
}

export function text(value: string): Uint8Array {
  const encoder = createEncoder()
  writeVarString(encoder, value)
  return toUint8Array(encoder)
}

export function join(...parts: readonly (Uint8Array | number)[]): Uint8Array {
  const encoder = createEncoder()
  for (const part of parts) writeUint8Array(encoder, typeof part === "number" ? Uint8Array.of(part) : part)
  return toUint8Array(encoder)
}

/** The structs of one client, each as it stands on the wire. */
export interface Group {
  client: number
  clock?: number
  structs: readonly Uint8Array[]
}

/** An update, valid or not. Deletes are client, clock, length, each client once. */
export function update(
  groups: readonly Group[],
  deletes: readonly (readonly [number, number, number])[] = [],
): Uint8Array {
  return join(
    uint(groups.length),
    ...groups.map(({ client, clock, structs }) =>
      join(uint(structs.length), uint(client), uint(clock ?? 0), ...structs),
    ),
    uint(deletes.length),
    ...deletes.map(([client, clock, length]) => join(uint(client), 1, uint(clock), uint(length))),
  )
}

/** Where an item stands. */
export type Place =
  | { root: string; key?: string }
  | { parent: readonly [number, number]; key?: string }
  | { origin?: readonly [number, number]; right?: readonly [number, number] }

/** An item: its content's number, where it stands, and its content. */
export function item(kind: number, place: Place, content: Uint8Array): Uint8Array {
  if ("root" in place || "parent" in place) {
    const parent = "root" in place ? join(1, text(place.root)) : join(0, uint(place.parent[0]), uint(place.parent[1]))
    return place.key === undefined ? join(kind, parent, content) : join(kind | 0x20, parent, text(place.key), content)
  }
  const { origin, right } = place
  return join(
    kind | (origin ? 0x80 : 0) | (right ? 0x40 : 0),
    ...(origin ? [uint(origin[0]), uint(origin[1])] : []),
    ...(right ? [uint(right[0]), uint(right[1])] : []),
    content,
  )
}

/** Text at the start of the root "t". */
export function typed(content: string): Uint8Array {
  return item(4, { root: "t" }, text(content))
}
