import { setTimeout as sleep } from "node:timers/promises"

/** Calls `act` with 0, 1, 2, … at a steady rate, whatever comes of it: a slow answer does not slow the asking. Resolves after the last call. */
export async function pace(perSecond: number, count: number, act: (index: number) => void): Promise<void> {
  const start = performance.now()
  for (let done = 0; done < count;) {
    const due = Math.min(count, Math.ceil(((performance.now() - start) * perSecond) / 1000))
    while (done < due) act(done++)
    await sleep(1)
  }
}
