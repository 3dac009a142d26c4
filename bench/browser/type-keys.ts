import { seededRandom } from "@ligature/testing"
import { setTimeout as sleep } from "node:timers/promises"
import { epochNow } from "./clock.ts"
import type { Person } from "./stage.ts"

/** The first strokes at a place load fonts and compile code. */
export const WARM_UP = 3

/**
 * Somebody presses a key `keys` times, the next one when the last one is on the screen and a moment has passed, for at most `seconds`.
 * Returns how long each took from keydown to paint, in milliseconds. A key that was never painted counts as long as it was waited for,
 * so that an editor that shows nothing does not look quick.
 */
export async function typeKeys(
  person: Person,
  letter: string,
  { keys, seconds }: { readonly keys: number; readonly seconds: number },
): Promise<number[]> {
  const random = seededRandom(1)
  const end = epochNow() + seconds * 1000
  const pressed: number[] = []
  while (pressed.length < keys + WARM_UP && epochNow() < end) {
    pressed.push(epochNow())
    if (!(await isDoneBy(end, person.press(letter)))) break
    // Of uneven length, or the keys would keep step with the display's frames.
    await sleep(60 + random.integer(60))
    if (!(await isDoneBy(end, person.sees(letter, pressed.length)))) break
  }
  const { keydowns, painted } = await person.record()
  const now = epochNow()
  return pressed
    .map((at, n) => (painted[letter]?.[n] ?? now) - (keydowns[n] ?? at))
    .slice(Math.min(WARM_UP, Math.max(0, pressed.length - 1)))
}

async function isDoneBy(end: number, work: Promise<void>): Promise<boolean> {
  const abort = new AbortController()
  const late = sleep(Math.max(0, end - epochNow()), false, { signal: abort.signal }).catch(() => false)
  const done = await Promise.race([
    work.then(
      () => true,
      (error: unknown) => {
        // Work that is given up on may fail when its page closes.
        if (epochNow() < end) throw error
        return false
      },
    ),
    late,
  ])
  abort.abort()
  return done
}
