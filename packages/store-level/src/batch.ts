import { isReserved } from "@ligature/store"
import type { Change, Database } from "./database.ts"
import { summaryKey, TOTALS_KEY } from "./keys.ts"
import { emptySummary, sealSummary, sealTotals, type Summary, type Totals, unsealSummary } from "./payloads.ts"

/**
 * The changes of one commit while they are put together. Operations see the documents as those before them in the same
 * batch leave them. Nothing outside changes until the batch is durable. Committing it twice is harmless: the keys and
 * values stay the same.
 */
export class Batch {
  readonly database: Database
  readonly totals: Totals
  /** Summaries that this batch changes. */
  readonly summaries: Map<string, Summary> = new Map()
  readonly #known: ReadonlyMap<string, Summary>
  readonly #changes: Change[] = []
  readonly #newKeys = new Set<string>()

  /** `known`: durable summaries that need not be read. */
  constructor(database: Database, totals: Totals, known: ReadonlyMap<string, Summary>) {
    this.database = database
    this.totals = { ...totals, commit: totals.commit + 1 }
    this.#known = known
  }

  /** Only to look at: what the batch makes of it is a new one. null for an absent document. Throws Damage. */
  async summary(document: string): Promise<Readonly<Summary> | null> {
    const found = this.summaryAtHand(document)
    if (found !== undefined) return found
    const key = summaryKey(document)
    const value = await this.database.get(key)
    return value === undefined ? null : unsealSummary(key, value)
  }

  /** The same, if it need not be read. */
  summaryAtHand(document: string): Readonly<Summary> | undefined {
    return this.summaries.get(document) ?? this.#known.get(document)
  }

  /** Sets what the document is after this batch and keeps the totals right. `before` is what `summary` returned. */
  setSummary(document: string, before: Readonly<Summary> | null, after: Summary): void {
    this.summaries.set(document, after)
    if (before !== null) count(this.totals, document, before, -1)
    count(this.totals, document, after, 1)
  }

  put(key: Uint8Array, value: Uint8Array): void {
    this.#changes.push({ type: "put", key, value })
  }

  del(key: Uint8Array): void {
    this.#changes.push({ type: "del", key })
  }

  /** Whether a key would be new; asking twice counts it once. */
  async isNew(key: Uint8Array): Promise<boolean> {
    const name = Buffer.from(key).toString("latin1")
    if (this.#newKeys.has(name) || (await this.database.get(key)) !== undefined) return false
    this.#newKeys.add(name)
    return true
  }

  get isEmpty(): boolean {
    return this.#changes.length === 0 && this.summaries.size === 0
  }

  /** Everything to write, summaries and totals last. */
  changes(): readonly Change[] {
    const changes = [...this.#changes]
    for (const [document, summary] of this.summaries) {
      const key = summaryKey(document)
      changes.push({ type: "put", key, value: sealSummary(key, summary) })
    }
    changes.push({ type: "put", key: TOTALS_KEY, value: sealTotals(TOTALS_KEY, this.totals) })
    return changes
  }
}

/** Records in checkpoint and log. */
export function recordsOf(summary: Summary): number {
  return summary.chunks + summary.last - summary.through
}

/** The summary of a document that is about to be created. */
export function newSummary(): Summary {
  return emptySummary()
}

/** Adds a document to the totals, or takes it out. */
export function count(totals: Totals, document: string, summary: Summary, sign: 1 | -1): void {
  if (summary.state === "removed") {
    totals.removed += sign
    return
  }
  totals.documents += sign
  if (isReserved(document)) totals.reserved += sign
  totals.records += sign * recordsOf(summary)
  totals.bytes += sign * (summary.checkpointBytes + summary.logBytes)
  totals.archiveBytes += sign * summary.archiveBytes
}
