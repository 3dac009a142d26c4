import type { LigatureEmbed, Person, Status } from "@ligature/embed"
import { useCallback, useEffect, useState, useSyncExternalStore } from "react"
import { flushSync } from "react-dom"

const LOADING: Status = { state: "loading" }
const OPENING = { state: "opening" } as const
const NOBODY: readonly Person[] = []
const nothingToStop = () => undefined

/** The status as people are shown it, of an embed that may not be there yet. */
export function useStatus(embed: LigatureEmbed | null): Status {
  return useSyncExternalStore(
    useCallback((changed) => embed?.calmStatus.onStatus(changed) ?? nothingToStop, [embed]),
    () => embed?.calmStatus.status ?? LOADING,
  )
}

/** Something about the status that changes seldom. `fact` must be the same function each time. */
export function useStatusFact<T extends string | boolean>(embed: LigatureEmbed | null, fact: (status: Status) => T): T {
  return useSyncExternalStore(
    useCallback((changed) => embed?.onStatus(changed) ?? nothingToStop, [embed]),
    () => fact(embed?.status ?? LOADING),
  )
}

/** Whether this browser keeps the document. */
export function useKeeping(embed: LigatureEmbed | null): LigatureEmbed["document"]["keeping"] {
  return useSyncExternalStore(
    useCallback((changed) => embed?.onStatus(changed) ?? nothingToStop, [embed]),
    () => embed?.document.keeping ?? OPENING,
  )
}

/** Whether the browser promised not to clear what it keeps. */
export function usePersistence(embed: LigatureEmbed | null): LigatureEmbed["document"]["persistence"] {
  return useSyncExternalStore(
    useCallback((changed) => embed?.onStatus(changed) ?? nothingToStop, [embed]),
    () => embed?.document.persistence ?? "unasked",
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

/** Whether the text is shown. `failed`: it is here, but the editor could not show it. */
export type Readiness = "loading" | "ready" | "failed"

export function useReadiness(embed: LigatureEmbed | null): Readiness {
  const [known, setKnown] = useState<{ readonly embed: LigatureEmbed; readonly readiness: Readiness } | null>(null)
  useEffect(() => {
    if (embed === null) return undefined
    let current = true
    const become = (readiness: Readiness) => {
      // With the text, not a frame behind it: what stands around it would be laid out twice.
      if (current) flushSync(() => setKnown({ embed, readiness }))
    }
    embed.whenReady.then(
      () => become("ready"),
      (error: unknown) => {
        console.error("The document cannot be shown", error)
        become("failed")
      },
    )
    return () => {
      current = false
    }
  }, [embed])
  return known !== null && known.embed === embed ? known.readiness : "loading"
}
