import { whenNoTabHasUnsavedWork } from "./unsaved-work.ts"

/** Two reloads closer than this would be a loop: then the error is shown instead. */
const LOOP_MS = 10_000
const LAST_RELOAD = "ligature:reloaded-for-stale-files"

/**
 * A page of the previous release asks for files that are gone: the new release has all of its own. To be called once.
 *
 * Files are missing, too, when the network or the server is away: then the page in hand is all there is, and what somebody writes in it at
 * that moment must not go with it. So the page loads anew only when the server answers, and not over unsaved work.
 */
export function reloadWhenFilesAreStale(): void {
  window.addEventListener("vite:preloadError", () => void reloadIfStale())
}

async function reloadIfStale(): Promise<void> {
  const last = Number(readSession(LAST_RELOAD) ?? 0)
  if (Date.now() - last < LOOP_MS || !(await serverAnswers())) return
  await whenNoTabHasUnsavedWork(() => {
    writeSession(LAST_RELOAD, String(Date.now()))
    location.reload()
  })
}

async function serverAnswers(): Promise<boolean> {
  try {
    return (await fetch("/health", { cache: "no-store" })).ok
  } catch {
    return false
  }
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
