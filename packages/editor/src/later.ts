import type { EditorView } from "prosemirror-view"
import type { FirstScreen } from "./first-screen.ts"
import type * as features from "./late-features.ts"

/** What nobody needs for the first key: fetched when the text stands there, or as soon as it is asked for. */
export type LateFeatures = typeof features

let loaded: LateFeatures | null = null
let loading: Promise<LateFeatures> | null = null
const waiting = new Set<(code: LateFeatures) => void>()

/** Null until it is here. */
export function lateFeatures(): LateFeatures | null {
  return loaded
}

/** Rejects where it cannot be fetched; the next time tries again. */
export function loadLateFeatures(): Promise<LateFeatures> {
  loading ??= fetchThem()
  return loading
}

/** Does it now, or when the code is here and the view still is; where that cannot be fetched, `missing` may say so. */
export function withLateFeatures(
  view: EditorView,
  run: (code: LateFeatures) => unknown,
  missing: () => void = ignored,
): void {
  if (loaded !== null) run(loaded)
  else void loadLateFeatures().then((code) => view.isDestroyed || run(code), missing)
}

/** The same for what must come, be it at a later try. @returns the way to wait no longer */
export function onceLate(run: (code: LateFeatures) => void): () => void {
  if (loaded !== null) run(loaded)
  else {
    waiting.add(run)
    loadLateFeatures().catch(ignored)
  }
  return () => waiting.delete(run)
}

/** Fetches it when the page has nothing else to do, and once more when there is a network again. @returns what calls that off */
export function loadWhenIdle(window: Window): () => void {
  const load = (): void => {
    loadLateFeatures().catch(() => window.addEventListener("online", load, { once: true }))
  }
  // Safari has no idle callbacks.
  const idle: Partial<Pick<Window, "requestIdleCallback" | "cancelIdleCallback">> = window
  const handle = idle.requestIdleCallback?.(load, { timeout: 2_000 }) ?? window.setTimeout(load, 200)
  return () => {
    window.removeEventListener("online", load)
    if (idle.cancelIdleCallback === undefined) window.clearTimeout(handle)
    else idle.cancelIdleCallback(handle)
  }
}

/** What is on the screen now, or null when that is nothing worth keeping or too soon. Reads the layout: for moments when nobody waits. */
export function takeFirstScreen(view: EditorView): FirstScreen | null {
  return loaded?.takeFirstScreen(view) ?? null
}

async function fetchThem(): Promise<LateFeatures> {
  try {
    loaded = await import("./late-features.ts")
  } catch (error) {
    loading = null
    throw error
  }
  for (const run of waiting) run(loaded)
  waiting.clear()
  return loaded
}

/** Without a network, or from a release that is gone: the text can be written all the same, and the next time is another chance. */
function ignored(): void {}
