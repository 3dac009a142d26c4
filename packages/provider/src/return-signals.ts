/** Calls `back` when the browser says it is online, or the page is looked at or shown again. Returns what ends that. */
export function onReturn(back: () => void): () => void {
  if (typeof window === "undefined" || typeof document === "undefined") return () => undefined
  const looked = (): void => {
    if (document.visibilityState === "visible") back()
  }
  window.addEventListener("online", back)
  window.addEventListener("pageshow", looked)
  document.addEventListener("visibilitychange", looked)
  return () => {
    window.removeEventListener("online", back)
    window.removeEventListener("pageshow", looked)
    document.removeEventListener("visibilitychange", looked)
  }
}
