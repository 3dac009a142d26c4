import type { OpenDocument, Status } from "@ligature/provider"

/**
 * Resolves with true when the server has everything on disk, with false when it cannot be reached now or takes longer than `patience`
 * milliseconds.
 */
export function untilSaved(document: Pick<OpenDocument, "status" | "onStatus">, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isSaved: boolean) => {
      clearTimeout(timer)
      stop()
      resolve(isSaved)
    }
    const look = ({ state }: Status) => {
      if (state === "saved") end(true)
      else if (state === "offline" || state === "not-kept" || state === "closed") end(false)
    }
    const stop = document.onStatus(look)
    const timer = setTimeout(() => end(false), patience)
    look(document.status)
  })
}
