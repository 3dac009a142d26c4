/** Held, shared, by every tab that has unsaved work. Whoever gets it alone knows that no tab has. */
const LOCK = "ligature-unsaved-work"

let unsaved = false
/** Lets go of the lock; null while it is not held. */
let release: (() => void) | null = null
/** Settles when this tab has let go, which takes the browser a moment; null while it neither holds the lock nor waits for it. */
let held: Promise<void> | null = null
const listeners = new Set<() => void>()

/** The document page tells whether this tab holds changes that are not on the server yet. */
export function reportUnsavedWork(next: boolean): void {
  if (unsaved === next) return
  unsaved = next
  if (next) held ??= holdLock()
  else release?.()
  for (const listener of listeners) listener()
}

/** Runs `work` if no tab has unsaved work, and keeps that so while it runs. @returns whether it ran */
export async function whenNoTabHasUnsavedWork(work: () => void): Promise<boolean> {
  if (unsaved) return false
  await held
  const { locks } = globalThis.navigator
  // Plain http has none: there each tab speaks for itself.
  if (locks === undefined) {
    work()
    return true
  }
  return locks.request(LOCK, { ifAvailable: true }, (lock) => {
    if (lock === null || unsaved) return false
    work()
    return true
  })
}

/** @returns the way to stop listening */
export function onUnsavedWork(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** One request at a time: work is saved and unsaved again with every key, faster than the browser hands out locks. */
async function holdLock(): Promise<void> {
  // Plain http has none: there each tab speaks for itself.
  const { locks } = globalThis.navigator
  if (locks !== undefined) {
    while (isUnsaved()) await locks.request(LOCK, { mode: "shared" }, untilSaved)
  }
  held = null
}

function isUnsaved(): boolean {
  return unsaved
}

async function untilSaved(): Promise<void> {
  if (!unsaved) return
  await new Promise<void>((resolve) => {
    release = resolve
  })
  release = null
}
