import * as Y from "yjs"

/** The attributes of an element as plain JSON: Yjs declares them as strings, but others store whatever they like. */
export function plainAttributes(element: Y.XmlElement): Record<string, unknown> {
  const values: Record<string, unknown> = element.getAttributes()
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(values)) {
    if (name !== "__proto__" && value !== undefined) plain[name] = plainValue(value)
  }
  return plain
}

/** A value as plain JSON. What lies deeper than a server takes, and what is no JSON, is left out. */
export function plainValue(value: unknown, depth: number = MAX_DEPTH): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value
  if (typeof value === "number") return Number.isFinite(value) ? value : null
  if (typeof value !== "object" || depth === 0) return null
  if (value instanceof Y.AbstractType) return plainValue(value.toJSON(), depth - 1)
  if (Array.isArray(value)) return value.map((each: unknown) => plainValue(each, depth - 1))
  const entries = Object.entries(value).filter(([name, inner]) => name !== "__proto__" && inner !== undefined)
  return Object.fromEntries(entries.map(([name, inner]) => [name, plainValue(inner, depth - 1)]))
}

/** Servers refuse what is nested deeper than 64. */
const MAX_DEPTH = 32
