import type { cutUpdate } from "@ligature/protocol/cut-update"
import { report } from "./notify.ts"

/** A message is cut at this size: a week offline must not meet a frame limit. */
const LARGEST_UPDATE_BYTES = 256 * 1024

/** An update as the messages that carry it; null when it is large and the code that cuts is not here yet: `loadCutter` fetches it. */
export function inPieces(update: Uint8Array): Uint8Array[] | null {
  if (update.length <= LARGEST_UPDATE_BYTES) return [update]
  if (cutter === null) return null
  try {
    return cutter(update, LARGEST_UPDATE_BYTES)
  } catch (error) {
    // It holds something that cannot be cut. Whole, it may still be small enough for the server.
    report(error)
    return [update]
  }
}

/** Few people ever write so much at once: the code for it stays away until then. Never rejects. */
export async function loadCutter(): Promise<void> {
  try {
    cutter ??= (await import("@ligature/protocol/cut-update")).cutUpdate
  } catch (error) {
    report(error)
    // As with what cannot be cut; the next page that is opened tries again.
    cutter = (update) => [update]
  }
}

let cutter: typeof cutUpdate | null = null
