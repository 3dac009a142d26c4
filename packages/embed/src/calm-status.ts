import type { Status } from "@ligature/provider"

export interface StatusSource {
  readonly status: Status
  /** @returns the way to stop listening */
  onStatus(listener: (status: Status) => void): () => void
}

/** A pause in typing. Within it every key would turn the line to "Saving" and back, and each turn costs frames that the text needs. */
const CALM_MS = 600

/**
 * A status for a line that people look at: the same, but "Saving" shows until nothing has been under way for a moment. It says
 * "Saved" later than the truth, never earlier; everything else shows at once.
 */
export function calmStatus(source: StatusSource): StatusSource & { stop(): void } {
  let shown = source.status
  let timer: ReturnType<typeof setTimeout> | undefined
  const listeners = new Set<(status: Status) => void>()
  const show = (status: Status): void => {
    clearTimeout(timer)
    shown = status
    for (const listener of listeners) listener(status)
  }
  const stop = source.onStatus((status) => {
    if (shown.state === "saving" && status.state === "saved") {
      clearTimeout(timer)
      timer = setTimeout(show, CALM_MS, status)
    } else if (shown.state === "saving" && status.state === "saving") {
      clearTimeout(timer)
    } else {
      show(status)
    }
  })
  return {
    get status() {
      return shown
    },
    onStatus(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop() {
      stop()
      clearTimeout(timer)
      listeners.clear()
    },
  }
}
