import type { Awareness } from "y-protocols/awareness"

/** Whom the others see. A colour is `#rrggbb`. */
export interface User {
  readonly name: string
  readonly color: string
  /** The same in every tab and browser of one person, so that they are shown once. */
  readonly id?: string
}

/** Somebody who has the document open now. */
export interface Person {
  /** The Yjs clientID, of one of their tabs if they have several open. */
  readonly client: number
  readonly name: string
  readonly color: string
  readonly isMe: boolean
}

/** Who is here, oneself first, then in the order of their clientIDs, which stays as it is while people come and go. */
export interface People {
  readonly current: readonly Person[]
  /** @returns the way to stop listening */
  onChange(listener: (people: readonly Person[]) => void): () => void
}

export const PALETTE: readonly string[] = [
  "#b3402a",
  "#a35a00",
  "#7a6a00",
  "#3f7d20",
  "#0d7a63",
  "#0b7285",
  "#2563ae",
  "#4f50c0",
  "#7d45b5",
  "#a83a86",
]

/** A name is no place for a novel. */
const LONGEST_NAME = 80

export function peopleOf(awareness: Awareness): People {
  let current = read(awareness)
  const listeners = new Set<(people: readonly Person[]) => void>()
  const refresh = () => {
    const next = read(awareness)
    // A moved caret is an awareness change as well, and far more frequent than a person who comes or goes.
    if (same(current, next)) return
    current = next
    for (const listener of listeners) listener(current)
  }
  awareness.on("change", refresh)
  return {
    get current() {
      return current
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

function read(awareness: Awareness): readonly Person[] {
  const byIdentity = new Map<string, Person>()
  const states = [...awareness.getStates()].toSorted(([a], [b]) => a - b)
  for (const [client, state] of states) {
    const isMe = client === awareness.clientID
    const user: unknown = state["user"]
    // A connection without a user (a robot, a reader of another program) is nobody to show.
    if (!isRecord(user)) continue
    const identity = typeof user["id"] === "string" && user["id"] !== "" ? `id ${user["id"]}` : `client ${client}`
    if (byIdentity.has(identity) && !isMe) continue
    byIdentity.set(identity, { client, name: cleanName(user["name"]), color: cleanColor(user["color"], client), isMe })
  }
  return [...byIdentity.values()].toSorted((a, b) => Number(b.isMe) - Number(a.isMe))
}

/** What another program calls its user may hold anything: no control or direction characters, no novels, never empty. */
function cleanName(name: unknown): string {
  if (typeof name !== "string") return "Somebody"
  const clean = name.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ").trim()
  return clean === "" ? "Somebody" : Array.from(clean).slice(0, LONGEST_NAME).join("")
}

function cleanColor(color: unknown, client: number): string {
  if (typeof color === "string" && /^#[0-9a-f]{6}$/i.test(color)) return color
  return PALETTE[client % PALETTE.length] ?? "#4f50c0"
}

/** Up to two letters for an avatar: of the first and the last word. */
export function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word))
  const first = firstLetter(words[0])
  const last = words.length > 1 ? firstLetter(words.at(-1)) : ""
  return (first + last).toLocaleUpperCase() || "?"
}

function firstLetter(word: string | undefined): string {
  return word?.match(/[\p{L}\p{N}]/u)?.[0] ?? ""
}

/** Black or white, whichever can be read on the colour (WCAG 2 relative luminance). */
export function inkOn(color: string): "#000000" | "#ffffff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
  return luminance > 0.18 ? "#000000" : "#ffffff"
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null
}

function same(a: readonly Person[], b: readonly Person[]): boolean {
  return a.length === b.length && a.every((person, at) => equal(person, b[at]))
}

function equal(a: Person, b: Person | undefined): boolean {
  return a.client === b?.client && a.name === b.name && a.color === b.color && a.isMe === b.isMe
}
