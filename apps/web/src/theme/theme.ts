import { useSyncExternalStore } from "react"
import { readSetting, writeSetting } from "../browser-storage.ts"

export type Theme = "system" | "light" | "dark"

export const THEMES: readonly Theme[] = ["system", "light", "dark"]

/** The chosen theme and the way to choose another. public/theme-boot.js applies the choice before the first paint. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(listen, current), chooseTheme]
}

export function parseTheme(text: string | null): Theme {
  return THEMES.find((theme) => theme === text) ?? "system"
}

function current(): Theme {
  return parseTheme(readSetting("theme"))
}

function chooseTheme(theme: Theme): void {
  writeSetting("theme", theme === "system" ? null : theme)
  applyTheme()
}

/** The colour that the browser gives its own bars. */
const BARS = { light: "#faf8f3", dark: "#171614" } as const

/** Brings the page in line with what is chosen. */
export function applyTheme(): void {
  const theme = current()
  if (theme === "system") delete document.documentElement.dataset["theme"]
  else document.documentElement.dataset["theme"] = theme
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name='theme-color']")) {
    const system = meta.media.includes("dark") ? "dark" : "light"
    meta.content = BARS[theme === "system" ? system : theme]
  }
  for (const listener of listeners) listener()
}

const listeners = new Set<() => void>()

function listen(listener: () => void): () => void {
  // Another tab may change it, too.
  if (listeners.size === 0) globalThis.addEventListener("storage", applyTheme)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) globalThis.removeEventListener("storage", applyTheme)
  }
}
