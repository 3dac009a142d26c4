import type { LigatureEmbed, Person, Status } from "@ligature/embed"
import { useCallback, useEffect, useState, useSyncExternalStore } from "react"

const LOADING: Status = { state: "loading" }
const NOBODY: readonly Person[] = []
const nothingToStop = () => undefined

/** What the page knows of an embed that may not be there yet. */
export function useStatus(embed: LigatureEmbed | null): Status {
  return useSyncExternalStore(
    useCallback((changed) => embed?.onStatus(changed) ?? nothingToStop, [embed]),
    () => embed?.status ?? LOADING,
  )
}

export function usePeople(embed: LigatureEmbed | null): readonly Person[] {
  return useSyncExternalStore(
    useCallback((changed) => embed?.people.onChange(changed) ?? nothingToStop, [embed]),
    () => embed?.people.current ?? NOBODY,
  )
}

export function useTitle(embed: LigatureEmbed | null): string {
  return useSyncExternalStore(
    useCallback((changed) => embed?.title.onChange(changed) ?? nothingToStop, [embed]),
    () => embed?.title.current ?? "",
  )
}

export function useReadOnlyReason(embed: LigatureEmbed | null) {
  return useSyncExternalStore(
    useCallback((changed) => embed?.readOnly.onChange(changed) ?? nothingToStop, [embed]),
    () => (embed === null ? "loading" : embed.readOnly.reason),
  )
}

/** True once the text is shown. */
export function useIsReady(embed: LigatureEmbed | null): boolean {
  const [ready, setReady] = useState<LigatureEmbed | null>(null)
  useEffect(() => {
    let current = true
    embed?.whenReady.then(
      () => current && setReady(embed),
      // A document that cannot be shown says so in its status.
      () => undefined,
    )
    return () => {
      current = false
    }
  }, [embed])
  return embed !== null && ready === embed
}
