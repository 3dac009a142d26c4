import { type FrameReader, malformed, SYNC } from "./frame.ts"
import type { SyncStep1 } from "./sync-step1.ts"
import type { SyncStep2 } from "./sync-step2.ts"
import type { Update } from "./update.ts"

/** The three sync messages share a number; the second number tells them apart. */
export function readSync(frame: FrameReader): SyncStep1 | SyncStep2 | Update {
  const kind = frame.uint()
  switch (kind) {
    case SYNC.step1:
      return { type: "sync-step-1", stateVector: frame.bytes() }
    case SYNC.step2:
      return { type: "sync-step-2", update: frame.bytes() }
    case SYNC.update:
      return { type: "update", update: frame.bytes() }
    default:
      throw malformed(`a sync message of kind ${kind}`)
  }
}
