import { useSyncExternalStore } from "react"

/** Chromium's own event; other browsers install from their menus. */
interface BeforeInstallPromptEvent extends Event {
  prompt(): Promise<unknown>
}

declare global {
  interface WindowEventMap {
    beforeinstallprompt: BeforeInstallPromptEvent
  }
}

let offer: BeforeInstallPromptEvent | null = null
const listeners = new Set<() => void>()

window.addEventListener("beforeinstallprompt", (event) => {
  // The browser would show its own bar at a moment of its choosing.
  event.preventDefault()
  changeOffer(event)
})
window.addEventListener("appinstalled", () => changeOffer(null))

/** The way to install the app, or null where the browser offers none or it is installed already. */
export function useInstall(): (() => void) | null {
  const event = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => offer,
  )
  if (event === null) return null
  return () => {
    changeOffer(null)
    // A refusal is an answer, not an error.
    event.prompt().catch(() => undefined)
  }
}

function changeOffer(next: BeforeInstallPromptEvent | null): void {
  offer = next
  for (const listener of listeners) listener()
}
