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
    const timer: unknown = setTimeout(f, ms)
    if (hasUnref(timer)) timer.unref()
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>)
  },
}

function hasUnref(timer: unknown): timer is { unref(): void } {
  return typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function"
}
