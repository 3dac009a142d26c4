/** The name of a mark in an XML document without the hash that y-prosemirror puts behind those that may overlap. */
export function foreignMarkName(key: string): string {
  return /^(.*)--[\w+/=]{8}$/s.exec(key)?.[1] ?? key
}
