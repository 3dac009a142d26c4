import { joinUpdates } from "@ligature/protocol"
import type { AppendedUpdate } from "@ligature/store"

/**
 * What a batch is stored as, and sent as: neighbours by one author become one update of at most `maxBytes`. Under load a batch of hundreds
 * is then a few records, which cost one key, one message and one parse each, now and whenever the document is read.
 */
export function joinCommits(batch: readonly AppendedUpdate[], maxBytes: number): readonly AppendedUpdate[] {
  if (batch.length === 1) return batch
  const joined: AppendedUpdate[] = []
  let run: AppendedUpdate[] = []
  let bytes = 0
  for (const commit of batch) {
    const last = run.at(-1)
    if (last !== undefined && (last.author !== commit.author || bytes + commit.update.length > maxBytes)) {
      joined.push(joinRun(run, last))
      run = []
      bytes = 0
    }
    run.push(commit)
    bytes += commit.update.length
  }
  const last = run.at(-1)
  if (last !== undefined) joined.push(joinRun(run, last))
  return joined
}

function joinRun(run: readonly AppendedUpdate[], last: AppendedUpdate): AppendedUpdate {
  if (run.length === 1) return last
  return { update: joinUpdates(run.map(({ update }) => update)), time: last.time, author: last.author }
}
