/** Time that stands still until a test moves it. Has the shape of the protocol's `Clock`. */
export interface FakeClock {
  now(): number
  after(ms: number, f: () => void): () => void
  /** Moves on by `ms` and runs what falls due on the way, in order of its time, each at its time. */
  advance(ms: number): void
  /** How many timers wait. */
  readonly waiting: number
}

/** Starts at `start`, milliseconds since the epoch. */
export function fakeClock(start: number = Date.UTC(2026, 0, 1)): FakeClock {
  let now = start
  let order = 0
  const timers = new Map<number, { at: number; f: () => void }>()

  function nextDue(until: number): number | undefined {
    let due: number | undefined
    let dueAt = until
    // Ids rise, and a map keeps their order: of two timers for the same moment the older one runs first.
    for (const [id, { at }] of timers) {
      if (at < dueAt || (at === dueAt && due === undefined)) {
        due = id
        dueAt = at
      }
    }
    return due
  }

  return {
    now: () => now,
    after(ms, f) {
      const id = order++
      timers.set(id, { at: now + Math.max(0, ms), f })
      return () => void timers.delete(id)
    },
    advance(ms) {
      const until = now + ms
      for (let id = nextDue(until); id !== undefined; id = nextDue(until)) {
        const timer = timers.get(id)
        timers.delete(id)
        if (timer === undefined) continue
        now = timer.at
        timer.f()
      }
      now = until
    },
    get waiting() {
      return timers.size
    },
  }
}
