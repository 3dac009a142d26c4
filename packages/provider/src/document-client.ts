import { type Access, type AccessReason, type Clock, type DocumentName, systemClock } from "@ligature/protocol"
import { Awareness } from "y-protocols/awareness"
import * as Y from "yjs"
import { AccessState } from "./access-state.ts"
import { browserSecret } from "./browser-secret.ts"
import { ChangeLedger } from "./change-ledger.ts"
import { Connection } from "./connection.ts"
import { defaultLocalStore } from "./default-store.ts"
import { connectEarly } from "./early-socket.ts"
import { LocalKeeper } from "./local-keeper.ts"
import type { LocalCopy } from "./local-store.ts"
import { guardAgainstMuting } from "./mute-guard.ts"
import { report } from "./notify.ts"
import type { OpenDocument, OpenDocumentOptions } from "./open-document.ts"
import { ReadOnlyState } from "./read-only.ts"
import { onAway, onLeave, onReturn } from "./page-signals.ts"
import { type ServerAddress, serverAddress } from "./server-address.ts"
import { shorterState } from "./shorter-state.ts"
import type { LocalKeeping, Status, StoragePersistence } from "./status.ts"
import { StatusBoard } from "./status-board.ts"
import type { LinkState } from "./status-of.ts"
import { DEVICE } from "./strings.ts"
import { TabChannel } from "./tab-channel.ts"
import type { WebSocketClass } from "./transport.ts"

/**
 * Opens a document: what this device keeps first, then the server, for as long as it is open.
 * Throws TypeError or ProtocolError `BAD_DOCUMENT_NAME` for options that cannot be meant; everything later is told by `status`.
 */
export function openDocument(options: OpenDocumentOptions): OpenDocument {
  // First what may throw: a Y.Doc and an Awareness that nobody can destroy would go on for ever.
  return new DocumentClient(
    options,
    serverAddress(options.url, options.document),
    options.WebSocket ?? platformSocket(),
  )
}

/** The origin of Yjs transactions that bring what this device or another tab already keeps. */
const FROM_THIS_DEVICE = Symbol("from this device")
/** The origin of the one transaction that fills a copy. */
const COPY = Symbol("copy")

/** An open document: joins the connection, the local store and the other tabs around one Y.Doc. */
class DocumentClient implements OpenDocument {
  readonly document: DocumentName
  readonly doc: Y.Doc = new Y.Doc()
  readonly awareness: Awareness = new Awareness(this.doc)
  readonly whenLoaded: Promise<void>
  readonly readOnly: ReadOnlyState = new ReadOnlyState()

  readonly #options: OpenDocumentOptions
  readonly #clock: Clock
  readonly #ledger: ChangeLedger = new ChangeLedger()
  readonly #access: AccessState = new AccessState(this.readOnly)
  readonly #connection: Connection
  readonly #keeper: LocalKeeper
  readonly #tabs: TabChannel | null
  readonly #board: StatusBoard = new StatusBoard()
  readonly #endings: (() => void)[] = []
  /** Ids of changes are unique over all tabs and all time. */
  readonly #tab: string = crypto.getRandomValues(new Uint32Array(4)).join("-")
  #made = 0
  /** Who wrote what the local copy holds, as the server knows it. */
  #secret: string
  #resolveLoaded: () => void = () => undefined
  #loaded = false
  #link: LinkState = { state: "starting" }
  #destroyed: Promise<void> | null = null

  constructor(o: OpenDocumentOptions, address: ServerAddress, socketClass: WebSocketClass) {
    const key = { server: address.server, subject: o.subject ?? "", document: address.document }
    // A token says that people sign in here. Not knowing who it is, we would hand one person's unsent words to the next.
    const isUnnamed = o.token !== undefined && o.subject === undefined
    const store = o.localStore === false || isUnnamed ? null : (o.localStore ?? defaultLocalStore())
    this.#options = o
    this.#clock = o.clock ?? systemClock
    this.document = address.document
    this.#secret = browserSecret(address.server)
    this.whenLoaded = new Promise((resolve) => {
      this.#resolveLoaded = resolve
    })
    // While the copy is being read. An application that signs people in gives its token with the attempt itself.
    if (o.token === undefined && socketClass === globalThis.WebSocket) connectEarly(o)
    // The first of all listeners: whatever another one does, a change is counted and kept.
    this.doc.on("update", (update, origin) => this.#updated(update, origin))
    this.#connection = new Connection({
      address,
      doc: this.doc,
      awareness: this.awareness,
      schema: o.schema,
      token: o.token,
      browserSecret: () => this.#secret,
      socketClass,
      wayMemory: o.wayMemory,
      clock: this.#clock,
      random: o.random ?? Math.random,
      isShown: () => this.#loaded,
      on: {
        link: (link) => this.#linked(link),
        synced: () => this.#synced(),
        sent: (message, count) => this.#ledger.sent(message, count),
        receipt: (count) => this.#saved(this.#ledger.received(count)),
        disconnected: () => this.#ledger.disconnected(),
        access: (access, reason) => this.#accessIs(access, reason),
        waitingSince: () => this.#ledger.oldest,
      },
    })
    const whyNone = isUnnamed ? DEVICE.unnamed : DEVICE.off
    this.#keeper = new LocalKeeper(store ?? whyNone, key, this.#clock, {
      loaded: (copy) => this.#localCopyIsIn(copy),
      tidied: ({ updates }) => (this.#isPending ? null : shorterState(this.doc, updates)),
      kept: (ids) => {
        this.#ledger.kept(ids)
        this.#refresh()
      },
      keeping: () => {
        this.#refresh()
        this.#board.tell()
      },
      isAlone: () => !this.#isServerListening,
    })
    this.#tabs =
      store === null
        ? null
        : new TabChannel(`ligature ${JSON.stringify({ store: store.name, ...key })}`, this.#clock, {
            changed: (updates, ids) => this.#adopt(updates, ids),
            saved: (ids) => {
              this.#ledger.drop(ids)
              // The other tab forgets them, too; ours may be written only after that.
              this.#keeper.saved(ids.filter((id) => id.startsWith(`${this.#tab}.`)))
              this.#refresh()
            },
            isAlone: () => !this.#isServerListening,
            complete: () => this.#wholeIfSettled(),
            opened: (stateVector) => {
              this.#tabs?.answer(Y.encodeStateAsUpdate(this.doc, stateVector), this.#ledger.ids, this.#loaded)
            },
            loaded: () => {
              if (!this.#loaded) this.#tabs?.opened(Y.encodeStateVector(this.doc))
            },
          })
    this.#endings.push(
      guardAgainstMuting(this.doc, () => this.#muted()),
      onReturn(() => this.#connection.hurry()),
      onAway(() => this.#connection.doubt()),
      onLeave(() => {
        this.#keeper.hurry()
        this.#tabs?.hurry()
      }),
    )
    void this.#open()
  }

  get status(): Status {
    return this.#board.status
  }

  get keeping(): LocalKeeping {
    return this.#keeper.keeping
  }

  get persistence(): StoragePersistence {
    return this.#board.persistence
  }

  onStatus(listener: (status: Status) => void): () => void {
    return this.#board.onStatus(listener)
  }

  keepInfo(info: { readonly title?: string }): void {
    this.#keeper.keepFacts(info)
  }

  retry(): void {
    this.#connection.hurry({ evenIfClosed: true })
  }

  saveAsNew(document: string): OpenDocument {
    const copy = openDocument({ ...this.#options, document, create: true })
    Y.applyUpdate(copy.doc, Y.encodeStateAsUpdate(this.doc), COPY)
    return copy
  }

  flush(): Promise<void> {
    return this.#keeper.flush()
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#destroy()
    return this.#destroyed
  }

  async #open(): Promise<void> {
    await this.#keeper.open()
    if (this.#destroyed !== null) return
    const create = this.#options.create === true
    if (create) this.#isLoaded()
    const facts = { opened: this.#clock.now(), secret: this.#secret }
    this.#keeper.keepFacts(create ? { ...facts, complete: true } : facts)
    this.#connection.connect()
  }

  async #destroy(): Promise<void> {
    for (const end of this.#endings) end()
    this.#board.silence()
    this.#connection.destroy()
    this.#tabs?.close()
    await this.#keeper.close()
    this.#board.close()
    this.awareness.destroy()
    this.doc.destroy()
  }

  /** Hears of every change of the document, before y-websocket sends it. Must not throw. */
  #updated(update: Uint8Array, origin: unknown): void {
    if (origin === FROM_THIS_DEVICE) return
    if (origin !== this.#connection.provider) {
      this.#changedHere(update)
      return
    }
    this.#keeper.keep(update)
    if (this.#ledger.hasUnsettled) queueMicrotask(() => this.#settle())
  }

  #changedHere(update: Uint8Array): void {
    const id = `${this.#tab}.${++this.#made}`
    this.#ledger.made(id, this.#clock.now())
    this.#keeper.keep(update, id)
    this.#tabs?.changed(update, [id])
    void this.#board.askForPersistence()
    this.#refresh()
  }

  #localCopyIsIn({ updates, changes, facts }: LocalCopy): void {
    // Under another secret the server would take what is unsent for somebody else's.
    this.#secret = facts.secret ?? this.#secret
    this.#adopt(updates, changes)
    if (facts.access !== undefined) this.#access.remembered(facts.access)
    if (facts.complete === true) this.#wholeIfSettled()
    this.#tabs?.opened(Y.encodeStateVector(this.doc))
    this.#refresh()
  }

  /** Takes in what this device or another tab has. y-websocket sends it on: whoever made it may be gone. */
  #adopt(updates: readonly Uint8Array[], ids: readonly string[]): void {
    try {
      const apply = (): void => updates.forEach((update) => Y.applyUpdate(this.doc, update, FROM_THIS_DEVICE))
      if (updates.length > 0) Y.transact(this.doc, apply, FROM_THIS_DEVICE, false)
    } catch (error) {
      // An observer of the document threw. Yjs has applied the updates all the same.
      report(error)
    }
    for (const id of ids) this.#ledger.adopted(id, this.#clock.now(), !this.#isPending)
    this.#settle()
    this.#refresh()
  }

  /** What another tab made may stand on something the server tells us only now, and it then comes in with that. */
  #settle(): void {
    if (!this.#ledger.hasUnsettled || this.#isPending) return
    this.#ledger.settle()
    // y-websocket took it for the server's own.
    this.#connection.resend()
  }

  /** The document holds updates, or deletes, of something that it lacks. */
  get #isPending(): boolean {
    return this.doc.store.pendingStructs !== null || this.doc.store.pendingDs !== null
  }

  #synced(): void {
    // The updates before it are given to the keeper already: when this is committed, so are they.
    this.#keeper.keepFacts({ complete: true })
    this.#access.synced()
    this.#isLoaded()
    this.#refresh()
  }

  /** A copy that waits for something it lacks is no copy to show. */
  #wholeIfSettled(): void {
    if (!this.#isPending) this.#isLoaded()
  }

  #isLoaded(): void {
    if (this.#loaded) return
    this.#loaded = true
    this.#tabs?.loaded()
    this.readOnly.set("loading", false)
    this.#resolveLoaded()
  }

  #saved(ids: readonly string[]): void {
    if (ids.length === 0) return
    this.#keeper.saved(ids)
    this.#tabs?.saved(ids)
    this.#refresh()
  }

  #linked(link: LinkState): void {
    if (link.state === "connected" && this.#link.state !== "connected") this.#access.connected()
    this.#link = link
    if (!this.#isServerListening) this.#alone()
    this.readOnly.set("closed", link.state === "closed")
    this.#refresh()
  }

  #accessIs(access: Access, reason: AccessReason): void {
    if (this.#access.told(access, reason)) this.#keeper.keepFacts({ access })
    if (!this.#isServerListening) this.#alone()
    this.#refresh()
  }

  /** What is made here leaves for the server in the same turn. */
  get #isServerListening(): boolean {
    return this.#link.state === "connected" && !this.#link.stalled && !this.#access.serverCannotStore
  }

  /** The server does not hear us: this device and its tabs are all there is. */
  #alone(): void {
    this.#keeper.alone()
    this.#tabs?.hurry()
  }

  /** The document no longer tells what happens to it. What it holds is rescued whole, and nothing more may be typed into it. */
  #muted(): void {
    this.readOnly.set("mute", true)
    this.#changedHere(Y.encodeStateAsUpdate(this.doc))
    this.#connection.resend()
  }

  #refresh(): void {
    this.#board.show({
      loaded: this.#loaded,
      link:
        this.#access.serverCannotStore && this.#link.state === "connected"
          ? { ...this.#link, stalled: true }
          : this.#link,
      local: this.#keeper.keeping,
      changes: this.#ledger.changes,
      unkept: this.#ledger.unkept,
      mayWrite: this.#access.mayWrite,
    })
  }
}

function platformSocket(): WebSocketClass {
  if (typeof WebSocket === "undefined") {
    throw new TypeError("this runtime has no WebSocket: give a class of sockets as the option WebSocket")
  }
  return WebSocket
}
