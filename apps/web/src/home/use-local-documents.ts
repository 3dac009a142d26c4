import { useCallback, useEffect, useState } from "react"
import type { ListedDocument } from "./document-list.ts"

export interface LocalDocuments {
  /** Null until they are read. */
  readonly documents: readonly ListedDocument[] | null
  /** Why they cannot be read, in a sentence; null when all is well. */
  readonly problem: string | null
  /** Takes the copy of a document off this browser. */
  remove(document: string): void
}

/** The documents that this browser keeps. Read again whenever somebody comes back to the page: other tabs change them, too. */
export function useLocalDocuments(): LocalDocuments {
  const [documents, setDocuments] = useState<readonly ListedDocument[] | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  const refresh = useCallback(async () => {
    try {
      const { listLocalDocuments } = await import("@ligature/embed/local-documents")
      const kept = await listLocalDocuments({ url: location.origin })
      setDocuments(kept.map(({ title = "", ...rest }) => ({ ...rest, title })))
      setProblem(null)
    } catch {
      // Denied, as in some private windows, or damaged: writing works all the same, by the link.
      setDocuments([])
      setProblem(
        "This browser keeps no documents here: it offers no storage, perhaps because the window is private. Keep the links of your documents somewhere safe.",
      )
    }
  }, [])

  useEffect(() => {
    void refresh()
    const onReturn = () => {
      if (document.visibilityState === "visible") void refresh()
    }
    document.addEventListener("visibilitychange", onReturn)
    globalThis.addEventListener("pageshow", onReturn)
    return () => {
      document.removeEventListener("visibilitychange", onReturn)
      globalThis.removeEventListener("pageshow", onReturn)
    }
  }, [refresh])

  const remove = useCallback(
    (name: string) => {
      setDocuments((before) => before?.filter((listed) => listed.document !== name) ?? null)
      import("@ligature/embed/local-documents")
        .then(({ forgetLocalDocument }) => forgetLocalDocument({ url: location.origin, document: name }))
        .catch(() => setProblem("The browser could not remove the document."))
        .then(refresh, refresh)
    },
    [refresh],
  )

  return { documents, problem, remove }
}
