/** Held, shared, by every tab that has unsaved work. Whoever gets it alone knows that no tab has. */
const LOCK = "ligature-unsaved-work"

let unsaved = false
let release: (() => void) | null = null
/** Settles when this tab has let go of the lock, which takes the browser a moment. */
let held: Promise<unknown> = Promise.resolve()
const listeners = new Set<() => void>()

/** The document page tells whether this tab holds changes that are not on the server yet. */
export function reportUnsavedWork(next: boolean): void {
  if (unsaved === next) return
  unsaved = next
  // Plain http has no locks, and no service worker either: there nobody asks.
  if (next) held = Promise.resolve(globalThis.navigator.locks?.request(LOCK, { mode: "shared" }, holdWhileUnsaved))
  else release?.()
  for (const listener of listeners) listener()
}

/** Runs `work` if no tab has unsaved work, and keeps that so while it runs. @returns whether it ran */
export async function whenNoTabHasUnsavedWork(work: () => void): Promise<boolean> {
  if (unsaved) return false
  await held
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => {
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

function holdWhileUnsaved(): Promise<void> | undefined {
  // Saved again before the lock was ours.
  if (!unsaved) return undefined
  return new Promise((resolve) => {
    release = resolve
  })
}
