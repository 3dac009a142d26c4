/** A person's cursor as another client published it, cleaned: everything in awareness comes from others. */
export interface RemoteCursor {
  readonly client: number
  readonly name: string
  /** `#rrggbb` */
  readonly color: string
  readonly anchor: unknown
  readonly head: unknown
}

/** Where another person's selection is in the editor's document as it is now. */
export interface PlacedCursor {
  readonly cursor: RemoteCursor
  readonly anchor: number
  readonly head: number
  /** Counts the moves of its own; being pushed along by others' words is none. */
  readonly moves: number
}

const MAX_NAME = 40

/** The cursors in the awareness states, without one's own and without states that have none. */
export function readCursors(
  states: ReadonlyMap<number, unknown>,
  ownClient: number,
  fallbackName: string,
): Map<number, RemoteCursor> {
  const cursors = new Map<number, RemoteCursor>()
  for (const [client, state] of states) {
    if (client === ownClient || !isRecord(state) || !isRecord(state["cursor"])) continue
    const user = isRecord(state["user"]) ? state["user"] : {}
    const { anchor, head } = state["cursor"]
    cursors.set(client, {
      client,
      name: cleanName(user["name"]) || fallbackName,
      color: cleanColor(user["color"]) ?? colorOf(client),
      anchor,
      head,
    })
  }
  return cursors
}

/** Black or white, whichever is easier to read on a colour (WCAG 2.2, relative luminance). */
export function readableOn(color: string): "#000000" | "#ffffff" {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.040_45 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0)
  // The contrast with black, (l + 0.05) / 0.05, passes that with white, 1.05 / (l + 0.05), here.
  return luminance > 0.1791 ? "#000000" : "#ffffff"
}

function cleanName(name: unknown): string {
  if (typeof name !== "string") return ""
  // No control characters, and none that turn the direction of what follows.
  const cleaned = name.replaceAll(/[\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu, "").trim()
  return Array.from(cleaned).slice(0, MAX_NAME).join("")
}

function cleanColor(color: unknown): string | null {
  return typeof color === "string" && /^#[\da-f]{6}$/i.test(color) ? color.toLowerCase() : null
}

function colorOf(client: number): string {
  const palette = ["#b42318", "#b54708", "#4d7c0f", "#047857", "#0e7490", "#1d4ed8", "#6d28d9", "#a21caf"]
  return palette[client % palette.length] ?? "#1d4ed8"
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
