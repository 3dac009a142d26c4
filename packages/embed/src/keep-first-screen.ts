import { takeFirstScreen, type LigatureEditor } from "@ligature/editor"
import type { OpenDocument } from "@ligature/provider"
import { forgetScreen, keepScreen, type ScreenKey } from "./first-screen.ts"

/** The server knows nobody here who may read it, or it is gone. */
const LOST: ReadonlySet<number> = new Set([4401, 4403, 4404])

export interface ScreenKeeping {
  /** Keeps what is on the screen now, if this device keeps the document. */
  keep(): void
  stop(): void
}

/** Keeps what is on the screen whenever the page is left or hidden, and forgets it when the right to read the document is lost. */
export function keepFirstScreen(
  key: ScreenKey,
  document: OpenDocument,
  shown: { readonly editor: () => LigatureEditor | null; readonly title: () => string },
): ScreenKeeping {
  const isLost = (): boolean => document.status.state === "closed" && LOST.has(document.status.code)
  const keep = (): void => {
    const editor = shown.editor()
    if (editor === null || document.keeping.state !== "kept" || isLost()) return
    const screen = takeFirstScreen(editor.view)
    if (screen !== null) keepScreen(key, screen, shown.title())
  }
  const keepWhenHidden = (): void => {
    if (globalThis.document.visibilityState === "hidden") keep()
  }
  globalThis.document.addEventListener("visibilitychange", keepWhenHidden)
  globalThis.addEventListener("pagehide", keep)
  const stopStatus = document.onStatus(() => {
    if (isLost()) forgetScreen(key)
  })
  return {
    keep,
    stop() {
      globalThis.document.removeEventListener("visibilitychange", keepWhenHidden)
      globalThis.removeEventListener("pagehide", keep)
      stopStatus()
    },
  }
}
