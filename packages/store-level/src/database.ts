// The little that the store needs of the ordered key-value database under it. Level implements it; tests put faults between.

/** A consistent way to read: the database as it is, or as it was when a snapshot was taken. */
export interface Reading {
  get(key: Uint8Array): Promise<Uint8Array | undefined>
  /** In the order of `keys`. */
  getMany(keys: readonly Uint8Array[]): Promise<(Uint8Array | undefined)[]>
  /** In key order, in pages of what one step reads. */
  pages(range: KeyRange): AsyncIterable<readonly Entry[]>
  /** In key order. */
  keys(range: KeyRange): AsyncIterable<Uint8Array>
}

export interface Database extends Reading {
  /** Atomic, and durable (fsynced) when it resolves. After it has rejected once, this handle must not be written to again. */
  write(changes: readonly Change[]): Promise<void>
  snapshot(): Snapshot
  close(): Promise<void>
}

export interface Snapshot extends Reading {
  close(): Promise<void>
}

/** Where a database lives: opened again and again after write errors. */
export interface DatabaseFolder {
  readonly path: string
  /** `create`: make a new one; otherwise there must be one. Rejects with a StoreError. */
  open(options: { create: boolean }): Promise<Database>
  /** Rejects when the folder cannot take a few megabytes: opening would fail too, and an open handle still serves reads. */
  probe(): Promise<void>
}

/** From `gte` (inclusive) to `lt` (exclusive). */
export interface KeyRange {
  readonly gte: Uint8Array
  readonly lt: Uint8Array
}

export type Entry = readonly [key: Uint8Array, value: Uint8Array]

/** One by one, for what is not read by the thousand. */
export async function* entriesOf(from: Reading, range: KeyRange): AsyncGenerator<Entry, void, undefined> {
  for await (const page of from.pages(range)) yield* page
}

export type Change =
  | { readonly type: "put"; readonly key: Uint8Array; readonly value: Uint8Array }
  | { readonly type: "del"; readonly key: Uint8Array }
