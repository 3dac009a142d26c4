import type { Millis } from "@ligature/protocol"

/** Remembers which servers could be reached by long-polling only, and when that was last so. Never throws. */
export interface WayMemory {
  read(server: string): Millis | null
  write(server: string, when: Millis): void
  forget(server: string): void
}

const PREFIX = "ligature.long-polling:"

/** In localStorage; where that is denied or missing, nothing is remembered. */
export const browserWayMemory: WayMemory = {
  read(server) {
    const value = withStorage((storage) => storage.getItem(PREFIX + server))
    return value != null && /^\d{1,15}$/.test(value) ? Number(value) : null
  },
  write(server, when) {
    withStorage((storage) => storage.setItem(PREFIX + server, String(when)))
  },
  forget(server) {
    withStorage((storage) => storage.removeItem(PREFIX + server))
  },
}

function withStorage<T>(use: (storage: Storage) => T): T | undefined {
  try {
    return typeof localStorage === "undefined" ? undefined : use(localStorage)
  } catch {
    // Denied, or full: the next page finds out again.
    return undefined
  }
}
