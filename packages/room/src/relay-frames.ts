import { encodeDownstream } from "@ligature/protocol"
import { FrameCollector } from "./frame-collector.ts"

/** The frames that carry a batch to readers: one wherever it fits. A lone update, the common case, is not even parsed. */
export function relayFrames(updates: readonly Uint8Array[], maxBytes: number): Uint8Array[] {
  const [only] = updates
  if (only !== undefined && updates.length === 1) return [encodeDownstream({ type: "update", update: only })]
  const collector = new FrameCollector(maxBytes)
  for (const update of updates) collector.add(update)
  return collector.take(true).map(({ frame }) => frame)
}
