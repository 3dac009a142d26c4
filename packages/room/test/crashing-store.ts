import { type Append, type DocumentStore, openMemoryStore, StoreError } from "@ligature/store"

/**
 * A store whose appends wait until a test lets them land, over a disk that outlives it. After `crash` nothing that waits is ever
 * acknowledged; what had reached the disk by then is there.
 */
export class CrashingStore {
  readonly disk: DocumentStore
  readonly #waiting: { readonly append: Append; readonly resolve: () => void }[] = []
  #hasCrashed = false

  constructor(disk: DocumentStore = openMemoryStore()) {
    this.disk = disk
  }

  /** The store as rooms see it. */
  get store(): DocumentStore {
    const { disk } = this
    return {
      read: (document) => disk.read(document),
      readRows: (document) => disk.readRows(document),
      salvage: (document) => disk.salvage(document),
      append: (append) =>
        new Promise<void>((resolve, reject) => {
          if (this.#hasCrashed) reject(new StoreError("STORE_CLOSED", "the machine is off"))
          else this.#waiting.push({ append, resolve })
        }),
      replacePrefix: (document, replacement) => disk.replacePrefix(document, replacement),
      state: (document) => disk.state(document),
      bytes: (document) => disk.bytes(document),
      list: (options) => disk.list(options),
      remove: (document, at) => disk.remove(document, at),
      statistics: () => disk.statistics(),
      get health() {
        return disk.health
      },
      onHealth: (listener) => disk.onHealth(listener),
      close: async () => {},
      [Symbol.asyncDispose]: async () => {},
    }
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Writes what waits, and says so. */
  async land(): Promise<void> {
    for (const { append, resolve } of this.#waiting.splice(0)) {
      await this.disk.append(append)
      resolve()
    }
  }

  /** The machine goes off. `reached`: what waits had reached the disk, and nobody was told. */
  async crash(reached: boolean): Promise<void> {
    this.#hasCrashed = true
    const lost = this.#waiting.splice(0)
    if (reached) for (const { append } of lost) await this.disk.append(append)
  }
}
