/** Two reloads closer than this would be a loop: then the error is shown instead. */
const LOOP_MS = 10_000
const LAST_RELOAD = "ligature:reloaded-for-stale-files"

/** A page of the previous release asks for files that are gone: the new release has all of its own. To be called once. */
export function reloadWhenFilesAreStale(): void {
  window.addEventListener("vite:preloadError", (event) => {
    // Without a network files are missing because of that, and the page in hand is all there is.
    if (!navigator.onLine) return
    const last = Number(readSession(LAST_RELOAD) ?? 0)
    if (Date.now() - last < LOOP_MS) return
    event.preventDefault()
    writeSession(LAST_RELOAD, String(Date.now()))
    location.reload()
  })
}

function readSession(name: string): string | null {
  try {
    return sessionStorage.getItem(name)
  } catch {
    // Storage is forbidden: without a memory a loop could not be told, so "just now" is the safe answer.
    return String(Date.now())
  }
}

function writeSession(name: string, value: string): void {
  sessionStorage.setItem(name, value)
}
