/** Whether this tab holds changes that are not on the server yet. The document page reports it; leaving and updating ask. */
let unsaved = false
const listeners = new Set<() => void>()

export function reportUnsavedWork(next: boolean): void {
  if (unsaved === next) return
  unsaved = next
  for (const listener of listeners) listener()
}

export function hasUnsavedWork(): boolean {
  return unsaved
}

/** @returns the way to stop listening */
export function onUnsavedWork(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
