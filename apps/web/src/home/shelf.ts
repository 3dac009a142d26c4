import { useSyncExternalStore } from "react"
import { signedInSubject } from "../person/signed-in.ts"
import type { ListedDocument } from "./document-list.ts"

/** The documents that this browser keeps, as they were when it last looked. */
export interface Shelf {
  /** Null until they are read. */
  readonly documents: readonly ListedDocument[] | null
  /** When they were read, in milliseconds since 1970. */
  readonly read: number
  /** Why they cannot be read, in a sentence; null when all is well. */
  readonly problem: string | null
}

/** Read again whenever somebody comes back to the page: other tabs change it, too. */
export function useShelf(): Shelf {
  return useSyncExternalStore(listen, () => shelf)
}

/** Takes the copy of a document off this browser. */
export async function removeFromShelf(document: string): Promise<void> {
  become({ ...shelf, documents: shelf.documents?.filter((listed) => listed.document !== document) ?? null })
  try {
    const { forgetLocalDocument } = await loadLocalDocuments()
    await forgetLocalDocument({ url: location.origin, subject: signedInSubject(), document })
  } catch {
    become({ ...shelf, problem: "The browser could not remove the document." })
    return
  }
  await refresh()
}

const NO_STORAGE =
  "This browser keeps no documents: it offers no storage, perhaps because the window is private. Keep the links of your documents somewhere safe."

let shelf: Shelf = { documents: null, read: 0, problem: null }
const listeners = new Set<() => void>()

async function refresh(): Promise<void> {
  try {
    const { listLocalDocuments } = await loadLocalDocuments()
    const documents = await listLocalDocuments({ url: location.origin, subject: signedInSubject() })
    become({ documents: documents.map(listed), read: Date.now(), problem: null })
  } catch {
    // Denied, as in some private windows, or damaged: writing works all the same, by the link.
    become({ documents: [], read: Date.now(), problem: NO_STORAGE })
  }
}

/** The database and what it needs come after the first paint. */
function loadLocalDocuments(): Promise<typeof import("@ligature/embed/local-documents")> {
  return import("@ligature/embed/local-documents")
}

function listed(kept: {
  readonly document: string
  readonly title?: string
  readonly opened: number
  readonly changes: number
}): ListedDocument {
  return { document: kept.document, title: kept.title ?? "", opened: kept.opened, changes: kept.changes }
}

function become(next: Shelf): void {
  shelf = next
  for (const listener of listeners) listener()
}

function listen(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    document.addEventListener("visibilitychange", refreshWhenVisible)
    globalThis.addEventListener("pageshow", refreshWhenVisible)
    void refresh()
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    document.removeEventListener("visibilitychange", refreshWhenVisible)
    globalThis.removeEventListener("pageshow", refreshWhenVisible)
  }
}

function refreshWhenVisible(): void {
  if (document.visibilityState === "visible") void refresh()
}
