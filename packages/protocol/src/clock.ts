/** Milliseconds: a length of time, or a time since the epoch. */
export type Millis = number

/** Calls off what was scheduled. Calling it again, or after the fact, does nothing. */
export type Cancel = () => void

/** Time as it is given to everything that waits, so that tests can hold it in their hands. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): Millis
  /** Runs `f` once, `ms` from now. */
  after(ms: Millis, f: () => void): Cancel
}

/** The time of the machine. Its timers keep no Node process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, f) {
    const timer = setTimeout(f, ms)
    // In a browser it is a number.
    if (typeof timer === "object") timer.unref()
    return () => clearTimeout(timer)
  },
}
