import type { Clock } from "@ligature/protocol"

/** Time that moves when the test says so. */
export class HeldClock implements Clock {
  #now = 1_700_000_000_000
  #timers: { readonly at: number; readonly f: () => void }[] = []
  #waiters: (() => void)[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, f: () => void): () => void {
    const timer = { at: this.#now + ms, f }
    this.#timers.push(timer)
    for (const waiter of this.#waiters.splice(0)) waiter()
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Lets time pass and runs what became due, earliest first. */
  pass(ms: number): void {
    this.#now += ms
    const due = this.#timers.filter(({ at }) => at <= this.#now).sort((a, b) => a.at - b.at)
    this.#timers = this.#timers.filter(({ at }) => at > this.#now)
    for (const { f } of due) f()
  }

  /** Resolves when somebody waits for the clock, with how long the first of them still has to wait. */
  async waited(): Promise<number> {
    if (this.#timers.length === 0) await new Promise<void>((resolve) => this.#waiters.push(resolve))
    return Math.min(...this.#timers.map(({ at }) => at)) - this.#now
  }
}

/** Waits take no time: for tests of what happens, not of when. */
export const hurriedClock: Clock = {
  now: () => Date.now(),
  after(_ms, f) {
    const immediate = setImmediate(f)
    return () => clearImmediate(immediate)
  },
}
