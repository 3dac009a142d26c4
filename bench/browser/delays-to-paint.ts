import { setTimeout as sleep } from "node:timers/promises"
import { epochNow } from "./clock.ts"
import type { Person } from "./stage.ts"

/** Strokes of one letter: when each was made, epoch milliseconds, oldest first. */
export interface Strokes {
  readonly letter: string
  readonly strokes: readonly number[]
}

/**
 * From each stroke to its paint in the person's page, in milliseconds, waiting for those that are missing for at most `graceMs`. What is
 * not painted by then counts as late as it is.
 */
export async function delaysToPaint(
  person: Person,
  made: readonly Strokes[],
  { graceMs }: { readonly graceMs: number },
): Promise<number[]> {
  const deadline = epochNow() + graceMs
  for (;;) {
    const { painted } = await person.record()
    const now = epochNow()
    const isComplete = made.every(({ letter, strokes }) => (painted[letter]?.length ?? 0) >= strokes.length)
    if (isComplete || now > deadline) {
      return made.flatMap(({ letter, strokes }) => strokes.map((at, n) => (painted[letter]?.[n] ?? now) - at))
    }
    await sleep(50)
  }
}
