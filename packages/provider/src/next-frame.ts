import type { Cancel, Clock } from "@ligature/protocol"

/** A hidden tab gets no animation frames; this is how long it may wait instead. */
const SLEEPING_FRAME_MS = 250

/** Runs `f` in the next animation frame, or after 250 ms where frames sleep; where there are none (Node), in the next turn. */
export function nextFrame(clock: Clock, f: () => void): Cancel {
  if (typeof requestAnimationFrame !== "function") return clock.after(0, f)
  const run = (): void => {
    cancel()
    f()
  }
  const frame = requestAnimationFrame(run)
  const cancelTimer = clock.after(SLEEPING_FRAME_MS, run)
  const cancel = (): void => {
    cancelAnimationFrame(frame)
    cancelTimer()
  }
  return cancel
}
