import { encodeDownstream, type KnownState } from "@ligature/protocol"
import { cutUpdate } from "@ligature/protocol/cut-update"
import type { CommitLoop } from "./commit-loop.ts"
import { type DeletesToSend, NO_UPDATE } from "./deletes-to-send.ts"
import type { FirstSync } from "./first-sync.ts"
import type { SyncFrame } from "./frame-collector.ts"

/** The receiving end of an answer. */
export interface AnswerTarget {
  /** What lands from now on waits for the end of the answer: it may stand on what is still to be sent. */
  hold(): void
  /** Sends a frame of the answer. */
  send(frame: Uint8Array): void
  /** Resolves once the peer can take the next frame; false if it is gone. */
  ready(): Promise<boolean>
  /** The step2 that the peer answers with, which tells all that it knows to be deleted; null if none came in time, or came before. */
  step2(): Promise<Uint8Array | null>
}

/**
 * Answers a step1 with what its sender lacks and is on disk: update frames, and the last small one as step2, so that a stock
 * client is `synced` only when everything is there. Fails as the store fails, possibly after some frames.
 */
export async function answerStep1(o: {
  readonly stateVector: ReadonlyMap<number, number>
  readonly known: Pick<KnownState, "stateVector">
  readonly deletes: DeletesToSend
  readonly commits: Pick<CommitLoop<never>, "submitted" | "reaches">
  readonly firstSync: FirstSync
  readonly syncChunkBytes: number
  readonly now: number
  readonly target: AnswerTarget
}): Promise<void> {
  const { target } = o
  let last: SyncFrame | null = null
  for await (const next of source(o)) {
    if (last !== null) target.send(last.frame)
    last = next
    if (next !== null && !(await target.ready())) return
  }
  if (last !== null && last.update.length > SMALL) {
    target.send(last.frame)
    last = null
  }
  target.send(encodeDownstream({ type: "sync-step-2", update: last?.update ?? NO_UPDATE }))
}

/** What is sent as the step2 itself. */
const SMALL = 64 * 1024

/** null: what comes next may take a while, so send what there is. */
function source(o: Parameters<typeof answerStep1>[0]): AsyncIterable<SyncFrame | null> {
  if (o.stateVector.size > 0 && covers(o.stateVector, o.known)) return deletesOnDisk(o, null)
  o.target.hold()
  return o.stateVector.size === 0 ? o.firstSync.frames(o.now) : lacking(o)
}

/** First the structs, then the deletes of what the peer has by then: those of what lands meanwhile come with it. */
async function* lacking(o: Parameters<typeof answerStep1>[0]): AsyncGenerator<SyncFrame | null> {
  const reached = new Map(o.stateVector)
  yield* o.firstSync.lacking(o.stateVector, reached, o.now)
  yield null
  yield* deletesOnDisk(o, reached)
}

function covers(stateVector: ReadonlyMap<number, number>, known: Pick<KnownState, "stateVector">): boolean {
  for (const [client, clock] of known.stateVector) if ((stateVector.get(client) ?? 0) < clock) return false
  return true
}

/**
 * Who has every struct may still lack deletes, and a state vector says nothing about them. Its own step2 does, and is on its way: of a long
 * list only what is not in there is sent. The known deletes may be newer than the disk: they wait for it.
 */
async function* deletesOnDisk(
  o: Parameters<typeof answerStep1>[0],
  within: ReadonlyMap<number, number> | null,
): AsyncGenerator<SyncFrame> {
  const step2 = o.deletes.all.length > FEW_DELETES ? await o.target.step2() : null
  const deletes = o.deletes.beyond(step2 ?? NO_UPDATE, within)
  await o.commits.reaches(o.commits.submitted)
  if (deletes.length === NO_UPDATE.length) return
  for (const update of cutUpdate(deletes, o.syncChunkBytes)) {
    yield { update, frame: encodeDownstream({ type: "update", update }) }
  }
}

/** Bytes of deletes that are sent without asking. */
const FEW_DELETES = 512
