/** The formats in force at a place of the flow, by key. Immutable and often shared; an absent key is "off". */
export type Formats = ReadonlyMap<string, unknown>

export const NO_FORMATS: Formats = new Map()

/** `formats` after a format item with this key and value; the same object when nothing changes. */
export function withFormat(formats: Formats, key: string, value: unknown): Formats {
  if (value === null || value === undefined) {
    if (!formats.has(key)) return formats
    if (formats.size === 1) return NO_FORMATS
    const rest = new Map(formats)
    rest.delete(key)
    return rest
  }
  if (formats.has(key) && sameValue(formats.get(key), value)) return formats
  return new Map(formats).set(key, value)
}

export function sameFormats(a: Formats, b: Formats): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  for (const [key, value] of a) if (!b.has(key) || !sameValue(value, b.get(key))) return false
  return true
}

/** Equality of plain JSON values. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((value, at) => sameValue(value, b[at]))
  }
  const left = Object.entries(a)
  const right = new Map(Object.entries(b))
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameValue(value, right.get(key)))
}
