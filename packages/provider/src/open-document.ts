import { type Clock, mayWrite, systemClock } from "@ligature/protocol"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { browserSecret } from "./browser-secret.ts"
import { ChangeLedger } from "./change-ledger.ts"
import { Connection } from "./connection.ts"
import { openLocalStore } from "./indexed-db-store.ts"
import { LocalKeeper } from "./local-keeper.ts"
import type { LocalCopy, LocalFacts, LocalStore } from "./local-store.ts"
import { guardAgainstMuting } from "./mute-guard.ts"
import { ReadOnlyState, type ReadOnlySignal } from "./read-only.ts"
import { serverAddress } from "./server-address.ts"
import { type LinkState, type LocalKeeping, sameStatus, type Status, statusOf } from "./status.ts"
import { TabChannel, type TabMessage } from "./tab-channel.ts"
import type { WebSocketClass } from "./transport.ts"

export interface OpenDocumentOptions {
  /** The server: a ws, wss, http or https address, or one relative to the page. `/sync` is added when it has no path. */
  readonly url: string
  /** The document name: 1 to 200 bytes of UTF-8, no control characters. */
  readonly document: string
  /** Gives a token for each attempt to connect, and before the last one runs out. */
  readonly token?: (() => Promise<string> | string) | undefined
  /** The schema version of the editor. The server gives read access to one that is older than the document. */
  readonly schema?: number | undefined
  /** Where this device keeps the document; false keeps nothing. By default IndexedDB, shared by all documents of the page. */
  readonly localStore?: LocalStore | false | undefined
  /** Who is signed in. Give it with `token`: local copies are kept by it, and nobody may carry another person's unsent words. */
  readonly subject?: string | undefined
  /** The document is made here and now: its local state, empty, is complete. */
  readonly create?: boolean | undefined
  /** A WebSocket class where the platform has none, or not the right one. */
  readonly WebSocket?: WebSocketClass | undefined
  readonly clock?: Clock | undefined
  readonly random?: (() => number) | undefined
}

/** One document, open. Owned by whoever opened it, who must `destroy` it. */
export interface OpenDocument {
  readonly document: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly status: Status
  /** Calls `listener` after each change of `status` or `keeping`; returns what ends that. */
  onStatus(listener: (status: Status) => void): () => void
  /** Content may be shown: the local copy or the server's state is in. Never resolves on a failed load, never rejects. */
  readonly whenLoaded: Promise<void>
  readonly readOnly: ReadOnlySignal
  /** Whether this device keeps the document, and whether the browser promised not to evict it. */
  readonly keeping: LocalKeeping
  readonly persistence: StoragePersistence
  /** Small facts for the list of documents on this device. */
  keepInfo(info: { readonly title?: string }): void
  /** Tries to connect now, also after the server closed for good (somebody signed in again, say). */
  retry(): void
  /** Resolves when every change made so far is committed on this device, or the device failed to. Never rejects. */
  flush(): Promise<void>
  /** Commits what waits, then closes everything, the Y.Doc too. */
  destroy(): Promise<void>
}

/** What the browser said when asked not to evict our storage. `unasked` until the first change made here. */
export type StoragePersistence = "unasked" | "granted" | "refused" | "unavailable"

/** Opens a document: local content first, then the server, for as long as it is open. Throws TypeError or ProtocolError for bad options. */
export function openDocument(options: OpenDocumentOptions): OpenDocument {
  return new DocumentClient(options)
}

/** The origin of Yjs transactions that bring what this device or another tab already keeps. */
const FROM_LOCAL_STORE = Symbol("local store")

let sharedStore: LocalStore | null = null

class DocumentClient implements OpenDocument {
  readonly document: string
  readonly doc: Y.Doc = new Y.Doc()
  readonly awareness: Awareness
  readonly whenLoaded: Promise<void>
  readonly readOnly: ReadOnlyState = new ReadOnlyState()
  readonly #clock: Clock
  readonly #ledger: ChangeLedger = new ChangeLedger()
  readonly #connection: Connection
  readonly #keeper: LocalKeeper
  readonly #tabs: TabChannel | null
  readonly #listeners = new Set<(status: Status) => void>()
  readonly #endGuard: () => void
  readonly #tab: string = crypto.getRandomValues(new Uint32Array(2)).join("-")
  readonly #create: boolean
  #resolveLoaded: () => void = () => undefined
  #loaded = false
  #synced = false
  #made = 0
  #mayWrite = true
  #link: LinkState = { state: "starting" }
  #status: Status = { state: "loading" }
  #persistence: StoragePersistence = "unasked"
  #destroyed: Promise<void> | null = null

  constructor(o: OpenDocumentOptions) {
    const address = serverAddress(o.url, o.document)
    const key = { server: address.server, subject: o.subject ?? "", document: address.document }
    const clock = o.clock ?? systemClock
    this.document = address.document
    this.#clock = clock
    this.#create = o.create ?? false
    this.awareness = new Awareness(this.doc)
    this.whenLoaded = new Promise((resolve) => {
      this.#resolveLoaded = resolve
    })
    // First of all listeners: whatever another does, a change is counted and kept.
    this.doc.on("update", (update, origin) => this.#updated(update, origin))
    this.#connection = new Connection({
      address,
      doc: this.doc,
      awareness: this.awareness,
      schema: o.schema,
      token: o.token,
      browserSecret: browserSecret(address.server),
      socketClass: o.WebSocket ?? platformSocket(),
      clock,
      random: o.random ?? Math.random,
      on: {
        link: (link) => this.#linked(link),
        synced: () => this.#serverIsIn(),
        sent: (message, count) => this.#ledger.sent(message, count),
        receipt: (count) => this.#receipted(count),
        disconnected: () => this.#ledger.disconnected(),
        access: (access, reason) => {
          this.#mayWrite = mayWrite(access)
          this.readOnly.set("version-skew", !this.#mayWrite && reason === "version-skew")
          this.readOnly.set("access", !this.#mayWrite && reason !== "version-skew")
          this.#keeper.keepFacts({ access })
          this.#refresh()
        },
        waitingSince: () => this.#ledger.oldest,
      },
    })
    this.#endGuard = guardAgainstMuting(this.doc, () => this.readOnly.set("mute", true))
    const store = o.localStore === false ? null : (o.localStore ?? (sharedStore ??= openLocalStore()))
    this.#keeper = new LocalKeeper(store, key, clock, {
      loaded: (copy) => this.#localIsIn(copy),
      kept: (ids) => {
        this.#ledger.kept(ids)
        this.#refresh()
      },
      keeping: () => this.#refresh(),
    })
    this.#tabs =
      store === null
        ? null
        : new TabChannel(`ligature ${key.server} ${key.subject} ${key.document}`, (message) =>
            this.#heardFromTab(message),
          )
    void this.#open()
  }

  get status(): Status {
    return this.#status
  }

  get keeping(): LocalKeeping {
    return this.#keeper.keeping
  }

  get persistence(): StoragePersistence {
    return this.#persistence
  }

  onStatus(listener: (status: Status) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  keepInfo(info: { readonly title?: string }): void {
    this.#keeper.keepFacts(info)
  }

  retry(): void {
    this.readOnly.set("closed", false)
    this.#connection.hurry({ evenIfClosed: true })
  }

  async flush(): Promise<void> {
    await this.#keeper.flush()
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #destroy(): Promise<void> {
    this.#endGuard()
    this.#connection.destroy()
    this.#tabs?.close()
    await this.#keeper.close()
    this.awareness.destroy()
    this.doc.destroy()
    this.#listeners.clear()
  }

  async #open(): Promise<void> {
    await this.#keeper.open()
    if (this.#destroyed !== null) return
    if (this.#create) this.#isLoaded()
    this.#keeper.keepFacts({ opened: this.#clock.now(), ...(this.#create ? { complete: true } : {}) })
    this.#connection.connect()
  }

  #localIsIn(copy: LocalCopy): void {
    this.#apply(copy.updates)
    for (const id of copy.changes) this.#ledger.adopted(id, this.#clock.now())
    // A copy that waits for something it lacks is no copy to show.
    if (copy.facts.complete === true && this.doc.store.pendingStructs === null) this.#isLoaded()
    this.#tabs?.post({ type: "opened", stateVector: Y.encodeStateVector(this.doc) })
    this.#refresh()
  }

  #serverIsIn(): void {
    if (!this.#synced) this.#keeper.keepFacts({ complete: true } satisfies LocalFacts)
    this.#synced = true
    this.#isLoaded()
    this.#refresh()
  }

  #isLoaded(): void {
    if (this.#loaded) return
    this.#loaded = true
    this.readOnly.set("loading", false)
    this.#resolveLoaded()
  }

  /** Called for every change of the document, before y-websocket sends it. Must not throw. */
  #updated(update: Uint8Array, origin: unknown): void {
    if (origin === FROM_LOCAL_STORE) return
    if (origin === this.#connection.provider) {
      this.#keeper.keep(update)
      return
    }
    const id = `${this.#tab}.${++this.#made}`
    this.#ledger.made(id, this.#clock.now())
    this.#keeper.keep(update, id)
    this.#tabs?.post({ type: "change", id, update })
    if (this.#persistence === "unasked") void this.#askForPersistence()
    this.#refresh()
  }

  #receipted(count: number): void {
    const saved = this.#ledger.received(count)
    if (saved.length === 0) return
    this.#keeper.saved(saved)
    this.#tabs?.post({ type: "saved", ids: saved })
    this.#refresh()
  }

  #heardFromTab(message: TabMessage): void {
    switch (message.type) {
      case "change":
        this.#apply([message.update])
        this.#ledger.adopted(message.id, this.#clock.now())
        break
      case "saved":
        this.#ledger.drop(message.ids)
        break
      case "opened":
        break
      case "lacking":
        break
    }
    this.#refresh()
  }

  #apply(updates: readonly Uint8Array[]): void {
    if (updates.length === 0) return
    try {
      Y.transact(
        this.doc,
        () => updates.forEach((update) => Y.applyUpdate(this.doc, update, FROM_LOCAL_STORE)),
        FROM_LOCAL_STORE,
        false,
      )
    } catch (error) {
      console.error("An observer of the document failed", error)
    }
  }

  #linked(link: LinkState): void {
    this.#link = link
    this.readOnly.set("closed", link.state === "closed")
    this.#refresh()
  }

  async #askForPersistence(): Promise<void> {
    this.#persistence = "unavailable"
    try {
      if (await globalThis.navigator?.storage?.persist?.()) this.#persistence = "granted"
      else this.#persistence = "refused"
    } catch {
      // Not offered here (no secure context, say): nothing was promised.
    }
    this.#refresh()
  }

  #refresh(): void {
    // Callbacks run while the fields below are still being made.
    if (this.#destroyed !== null) return
    const status = statusOf({
      loaded: this.#loaded,
      link: this.#link,
      local: this.#keeper?.keeping ?? { state: "opening" },
      changes: this.#ledger.changes,
      unkept: this.#ledger.unkept,
      mayWrite: this.#mayWrite,
    })
    if (sameStatus(status, this.#status)) return
    this.#status = status
    for (const listener of [...this.#listeners]) listener(status)
  }
}

function platformSocket(): WebSocketClass {
  if (typeof WebSocket === "undefined")
    throw new TypeError("this runtime has no WebSocket: give one as the option WebSocket")
  return WebSocket
}
