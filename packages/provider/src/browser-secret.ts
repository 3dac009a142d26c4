const KEY = "ligature.browser-secret"
const PATTERN = /^[0-9a-f]{32}$/

/** Secrets of servers for as long as this page lives, where localStorage is denied. */
const ofThisPage = new Map<string, string>()

/**
 * A random 128-bit secret (32 hex digits) that stands for this browser at one server, so that what it wrote stays its own across
 * connections. Kept in localStorage; where that is denied it lasts as long as the page.
 */
export function browserSecret(server: string): string {
  const key = keyOf(server)
  const remembered = ofThisPage.get(key)
  if (remembered !== undefined) return remembered
  const secret = storedSecret(key) ?? newSecret()
  ofThisPage.set(key, secret)
  return secret
}

/** Whether this browser had no secret for a server before this page: nothing that it keeps came from there. */
export function isNewAt(server: string): boolean {
  browserSecret(server)
  return made.has(keyOf(server))
}

/** Those that this page made. */
const made = new Set<string>()

function keyOf(server: string): string {
  return `${KEY}:${new URL(server).origin}`
}

function storedSecret(key: string): string | null {
  try {
    const stored = localStorage.getItem(key)
    if (stored !== null && PATTERN.test(stored)) return stored
    localStorage.setItem(key, newSecret())
    made.add(key)
    return localStorage.getItem(key)
  } catch {
    // No localStorage here, or it is denied or full: the caller keeps one for this page.
    return null
  }
}

function newSecret(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
