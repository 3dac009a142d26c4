import type { Limits } from "./limits.ts"

/** Who somebody is, as their session proved it. */
export interface PresenceIdentity {
  /** Stable for this person; the subject of their token or account. */
  readonly id?: string
  readonly name?: string
  /** `#rrggbb` */
  readonly color?: string
}

/**
 * What our editors read of a presence state, made safe to draw; everything else passes as it is. `user`: the name loses
 * control and bidi characters and is cut, a colour that is none is replaced. `cursor`: dropped unless it is null or two ends
 * that are each an object of bounded size. With an identity, name, id and colour are the session's, not the client's.
 * Changes the state in place.
 */
export function cleanPresence(state: Record<string, unknown>, limits: Limits, as: PresenceIdentity | undefined): void {
  if (isObject(state["user"])) cleanUser(state["user"], limits)
  else if ("user" in state) delete state["user"]
  if (as) {
    const user = isObject(state["user"]) ? state["user"] : {}
    if (as.id !== undefined) user["id"] = as.id
    if (as.name !== undefined) user["name"] = cleanName(as.name, limits)
    if (as.color !== undefined && COLOUR.test(as.color)) user["color"] = as.color
    state["user"] = user
  }
  if ("cursor" in state && !isCursor(state["cursor"], limits)) delete state["cursor"]
}

/** For somebody whose colour is none. */
const PLAIN_COLOUR = "#6b7280"
const COLOUR = /^#[0-9a-f]{6}$/i
// y-prosemirror and others derive a second, translucent colour: eight digits.
const LIGHT_COLOUR = /^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i
// Controls, halves of characters, line ends, and everything that turns or isolates the direction of text.
const UNDRAWABLE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu

function cleanUser(user: Record<string, unknown>, limits: Limits): void {
  if ("name" in user) {
    if (typeof user["name"] === "string") user["name"] = cleanName(user["name"], limits)
    else delete user["name"]
  }
  if ("color" in user && !isColour(user["color"], COLOUR)) user["color"] = PLAIN_COLOUR
  if ("colorLight" in user && !isColour(user["colorLight"], LIGHT_COLOUR)) user["colorLight"] = `${PLAIN_COLOUR}33`
}

function cleanName(name: string, limits: Limits): string {
  const clean = name.replace(UNDRAWABLE, "")
  return Array.from(clean.slice(0, 2 * limits.presenceName))
    .slice(0, limits.presenceName)
    .join("")
    .trim()
}

function isColour(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && form.test(value)
}

/** Null is a cursor that is nowhere. What an end holds is its editor's: Yjs's relative position, or another. */
function isCursor(value: unknown, limits: Limits): boolean {
  if (value === null) return true
  return isObject(value) && isCursorEnd(value["anchor"], limits) && isCursorEnd(value["head"], limits)
}

/**
 * A relative position of Yjs, `{ item?, type?, tname?, assoc? }` with at least one of the first three, or one of the flow,
 * `{ client, clock, … }`. Readers take them apart without looking, and Yjs throws at one that names nothing.
 */
function isCursorEnd(value: unknown, limits: Limits): boolean {
  if (!isObject(value) || JSON.stringify(value).length > limits.cursorBytes) return false
  const { item, type, tname, assoc } = value
  if (isClock(value["client"]) && isClock(value["clock"])) return true
  if ((item ?? type ?? tname ?? null) === null) return false
  return isId(item) && isId(type) && isName(tname) && isSide(assoc)
}

function isId(value: unknown): boolean {
  return (value ?? null) === null || (isObject(value) && isClock(value["client"]) && isClock(value["clock"]))
}

function isClock(value: unknown): boolean {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0
}

function isName(value: unknown): boolean {
  return (value ?? null) === null || (typeof value === "string" && value !== "__proto__")
}

function isSide(value: unknown): boolean {
  return (value ?? null) === null || value === -1 || value === 0 || value === 1
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
