import { useSyncExternalStore } from "react"
import { scriptAddress } from "./script-addresses.ts"
import { onUnsavedWork, whenNoTabHasUnsavedWork } from "./unsaved-work.ts"

/** Whether the app itself, not its documents, is kept for opening without a network. */
export type Shell =
  /** Plain http from another machine: browsers keep apps only over https. */
  | { readonly state: "needs-https" }
  /** A development build, or a browser without service workers. */
  | { readonly state: "unavailable" }
  | { readonly state: "installing" }
  | { readonly state: "ready" }
  /** A new version is here and waits until no tab has unsaved work; this tab may also be told to switch now. */
  | { readonly state: "new-version" }

/** After the page is loaded, most documents are on the screen by then. */
const REGISTER_MS = 1_500

let shell: Shell = { state: "installing" }
/** The new version, from its arrival until it takes over. */
let waiting: ServiceWorker | null = null
const listeners = new Set<() => void>()

export function useShell(): Shell {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shell,
  )
}

/** Keeps the app for offline use and watches for new versions. To be called once. */
export function startShell(): void {
  if (!globalThis.isSecureContext) return become({ state: "needs-https" })
  if (!("serviceWorker" in navigator) || import.meta.env.DEV) return become({ state: "unavailable" })
  onUnsavedWork(takeOverWhenPossible)
  const wasControlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // The list of documents has nothing to lose. A document stays as it is until somebody presses the button.
    if (wasControlled && location.pathname === "/") location.reload()
  })
  document.addEventListener("visibilitychange", lookForNewVersion)
  globalThis.addEventListener("online", lookForNewVersion)
  // The page's own files come first, and the document that somebody waits for: keeping the whole app is work for two cores.
  if (document.readyState === "complete") registerLater()
  else globalThis.addEventListener("load", registerLater, { once: true })
}

function registerLater(): void {
  setTimeout(() => void register(), REGISTER_MS)
}

/** Switches to the new version now; the page loads anew. */
export function switchToNewVersion(): void {
  if (waiting === null) {
    location.reload()
    return
  }
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true })
  takeOver(waiting)
}

async function register(): Promise<void> {
  try {
    watch(await navigator.serviceWorker.register(scriptAddress("/service-worker.js")))
  } catch {
    // Forbidden by a setting of the browser, or no network on the very first visit: the app works, online.
    become({ state: "unavailable" })
  }
}

let registration: ServiceWorkerRegistration | null = null

function watch(registered: ServiceWorkerRegistration): void {
  registration = registered
  if (registered.waiting !== null) arrived(registered.waiting)
  else if (registered.active !== null) become({ state: "ready" })
  const follow = () => {
    const worker = registered.installing
    worker?.addEventListener("statechange", () => {
      // With nothing in charge before it, it is no new version but the first.
      if (worker.state === "installed" && registered.active !== null) arrived(worker)
      if (worker.state === "activated" && shell.state === "installing") become({ state: "ready" })
    })
  }
  registered.addEventListener("updatefound", follow)
  follow()
}

function arrived(worker: ServiceWorker): void {
  waiting = worker
  worker.addEventListener("statechange", () => {
    // Taken over, by this tab or another: this tab goes on with the old code until its owner has a moment.
    if (worker.state === "activated") waiting = null
  })
  become({ state: "new-version" })
  takeOverWhenPossible()
}

function takeOverWhenPossible(): void {
  if (waiting === null) return
  const worker = waiting
  void whenNoTabHasUnsavedWork(() => takeOver(worker))
}

function takeOver(worker: ServiceWorker): void {
  // The message that the generated worker listens to.
  worker.postMessage({ type: "SKIP_WAITING" }, [])
}

/** A tab may stay open for weeks: it looks again when somebody comes back to it, and when the network does. */
function lookForNewVersion(): void {
  if (document.visibilityState !== "visible" || registration === null) return
  takeOverWhenPossible()
  // Without a network there is simply no news.
  registration.update().catch(() => undefined)
}

function become(next: Shell): void {
  shell = next
  for (const listener of listeners) listener()
}
