/** Calls `back` when the browser says it is online, or the page is looked at or shown again. Returns what ends that. */
export function onReturn(back: () => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => undefined
  const [browser, page] = [window, document]
  const looked = (): void => {
    if (page.visibilityState === "visible") back()
  }
  browser.addEventListener("online", back)
  browser.addEventListener("pageshow", looked)
  page.addEventListener("visibilitychange", looked)
  return () => {
    browser.removeEventListener("online", back)
    browser.removeEventListener("pageshow", looked)
    page.removeEventListener("visibilitychange", looked)
  }
}

/** Calls `away` when the browser says it is offline. Returns what ends that. */
export function onAway(away: () => void): () => void {
  if (typeof window === "undefined") return () => undefined
  const browser = window
  browser.addEventListener("offline", away)
  return () => browser.removeEventListener("offline", away)
}

/** Whether the browser knows that it has no network. It never knows that it has one. */
export function isAway(): boolean {
  return "navigator" in globalThis && "onLine" in navigator && !navigator.onLine
}

/** Calls `leave` when the page is hidden or about to go: the last moment that a browser promises. Returns what ends that. */
export function onLeave(leave: () => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => undefined
  const [browser, page] = [window, document]
  browser.addEventListener("pagehide", leave)
  page.addEventListener("visibilitychange", leave)
  return () => {
    browser.removeEventListener("pagehide", leave)
    page.removeEventListener("visibilitychange", leave)
  }
}
