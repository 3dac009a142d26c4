/*
 * Rows and columns are ordered by strings, compared unit by unit: between any two different ones there is room for another,
 * so that moving or adding one never touches the others. Ties, which two people can make, are broken by id.
 */

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

/** Longer positions are not believed; the editor makes all positions of a table anew long before. */
const MAX_LENGTH = 256

/** A peer may write anything: what is no position counts as the first of all. */
export function cleanPosition(value: unknown): string {
  return typeof value === "string" && value.length <= MAX_LENGTH && /^[0-9A-Za-z]*$/.test(value) ? value : ""
}

/**
 * A position behind `before` and ahead of `after`, which must be the greater one; null stands for the end. The same
 * question asked by two clients has two answers: `client` makes them differ.
 */
export function positionBetween(before: string, after: string | null, client: number): string {
  return middle(before, after) + digitOf(client) + digitOf(client / DIGITS.length)
}

/** So many positions in order, at equal distances, for the rows or columns of something new. */
export function spreadPositions(count: number): string[] {
  const width = Math.max(2, Math.ceil(Math.log(count + 2) / Math.log(DIGITS.length)) + 1)
  const step = DIGITS.length ** width / (count + 1)
  return Array.from({ length: count }, (_, i) => {
    let rest = Math.floor(step * (i + 1))
    let position = ""
    for (let digit = 0; digit < width; digit++) {
      position = digitOf(rest) + position
      rest = Math.floor(rest / DIGITS.length)
    }
    return position
  })
}

function middle(before: string, after: string | null): string {
  let position = ""
  let limit = after
  for (let i = 0; ; i++) {
    const low = i < before.length ? valueAt(before, i) : 0
    const high = limit !== null && i < limit.length ? valueAt(limit, i) : DIGITS.length
    // Towards the end in small steps: most rows are added there.
    if (high - low > 1) return position + digitOf(limit === null && i < before.length ? low + 1 : (low + high) / 2)
    position += digitOf(low)
    // From here on every continuation is smaller than `after`.
    if (high > low) limit = null
  }
}

function valueAt(position: string, at: number): number {
  return Math.max(0, DIGITS.indexOf(position.charAt(at)))
}

function digitOf(value: number): string {
  return DIGITS.charAt(Math.floor(value) % DIGITS.length)
}
