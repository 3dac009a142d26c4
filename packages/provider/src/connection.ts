import {
  type Access,
  type AccessReason,
  type Cancel,
  CLOSE,
  type Clock,
  closeRule,
  type Downstream,
  encodeUpstream,
  type Millis,
  offerSubprotocols,
} from "@ligature/protocol"
import type { Awareness } from "y-protocols/awareness"
import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"
import { Heartbeat } from "./heartbeat.ts"
import { IncomingFrames } from "./incoming-frames.ts"
import { isAway } from "./page-signals.ts"
import { ReconnectTurn } from "./reconnect.ts"
import { encodeSettledState } from "./settled-state.ts"
import type { ServerAddress } from "./server-address.ts"
import { socketClassOf } from "./socket-class.ts"
import type { LinkState } from "./status-of.ts"
import { renewalTime } from "./token.ts"
import { Transport, type TransportOwner, type WebSocketClass } from "./transport.ts"

/** How long the first attempt may take before the document counts as offline. */
const START_MS = 3_000

export interface ConnectionOptions {
  readonly address: ServerAddress
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly schema: number | undefined
  readonly token: (() => Promise<string> | string) | undefined
  readonly browserSecret: () => string
  readonly socketClass: WebSocketClass
  readonly clock: Clock
  readonly random: () => number
  readonly on: ConnectionEvents
}

interface ConnectionEvents {
  link(state: LinkState): void
  /** The server's state is in the document. */
  synced(): void
  sent(message: "update" | "step2", count: number): void
  receipt(count: number): void
  disconnected(): void
  access(access: Access, reason: AccessReason): void
  /** Since when the oldest change has waited for its receipt; null when none waits. */
  waitingSince(): Millis | null
}

/** The `WebsocketProvider` of y-websocket on our transport, and what decides when it connects and when it gives up. */
export class Connection implements TransportOwner {
  readonly provider: WebsocketProvider
  readonly clock: Clock
  readonly frames: IncomingFrames
  readonly #o: ConnectionOptions
  readonly #turn: ReconnectTurn
  readonly #heartbeat: Heartbeat
  #transport: Transport | null = null
  #link: LinkState = { state: "starting" }
  /** 4401 was met with a fresh token since the last good connection; the second one is final. */
  #triedFreshToken = false
  #cancelStart: Cancel | null = null
  #cancelRenewal: Cancel | null = null
  #destroyed = false

  constructor(o: ConnectionOptions) {
    this.#o = o
    this.clock = o.clock
    this.#turn = new ReconnectTurn(o.clock, o.random)
    this.#heartbeat = new Heartbeat(o.clock, {
      waitingSince: () => o.on.waitingSince(),
      // Answered with presence, also when nobody has any.
      ask: () => this.#transport?.send(encodeUpstream({ type: "query-awareness" })),
      stalled: (stalled) => this.#setLink({ state: "connected", stalled }),
      dead: () => this.#transport?.fail(CLOSE.abnormal),
    })
    this.frames = new IncomingFrames(o.doc, () => this.provider, o.clock)
    const parameters = o.schema === undefined ? {} : { schema: String(o.schema) }
    const open = (url: string): Transport => new Transport(this, o.socketClass, url)
    this.provider = new WebsocketProvider(o.address.base, o.address.room, o.doc, {
      connect: false,
      awareness: o.awareness,
      params: { ...o.address.parameters, ...parameters },
      WebSocketPolyfill: socketClassOf(open),
      // Another tab's disconnect would clear everybody's presence here.
      disableBc: true,
      // Waiting is the transport's: it knows jitter and can be hurried.
      maxBackoffTime: 0,
      shouldReconnect: (event) => this.#mayReturn(event.code),
    })
    this.provider.on("sync", (synced) => {
      if (!synced) return
      this.#turn.succeeded()
      this.#triedFreshToken = false
      o.on.synced()
    })
    this.provider.on("closed", ({ code }) => this.#setLink({ state: "closed", code }))
  }

  connect(): void {
    if (this.#destroyed) return
    this.provider.connect()
    if (isAway()) this.#setLink({ state: "disconnected", since: this.clock.now(), next: null })
    // An attempt may hang, or be held back by the browser: that is no state to call "saving".
    this.#cancelStart = this.clock.after(START_MS, () => {
      if (this.#link.state !== "starting") return
      this.#setLink({ state: "disconnected", since: this.clock.now(), next: null })
    })
  }

  /** Tries now: the network is back, the tab is looked at, or a person asked. Revives a connection that was closed for good. */
  hurry(o: { readonly evenIfClosed?: boolean } = {}): void {
    if (this.#destroyed) return
    this.#turn.hurry()
    if (this.#link.state === "connected") this.#heartbeat.doubt()
    else if (this.#link.state !== "closed" || o.evenIfClosed === true) {
      if (this.#link.state === "closed") this.#triedFreshToken = false
      this.provider.connect()
    }
  }

  /** The browser says that it has no network. */
  doubt(): void {
    if (this.#link.state === "connected") this.#heartbeat.doubtMuch()
    else if (this.#link.state === "starting") {
      this.#setLink({ state: "disconnected", since: this.clock.now(), next: null })
    }
  }

  /** Sends all that the server lacked when it asked, and all that was made since: for what went past y-websocket's own listener. */
  resend(): void {
    const transport = this.#transport
    if (transport === null || transport.serverHas === null) return
    const update = Y.encodeStateAsUpdate(this.#o.doc, transport.serverHas)
    transport.send(encodeUpstream({ type: "sync-step-2", update }))
  }

  destroy(): void {
    this.#destroyed = true
    this.#heartbeat.stop()
    this.#cancelStart?.()
    this.#cancelRenewal?.()
    this.provider.destroy()
    this.frames.discard()
  }

  // What the transport asks and tells

  async prepare(abandoned: AbortSignal): Promise<string[]> {
    await this.#turn.wait(abandoned)
    if (this.#link.state === "disconnected") this.#setLink({ ...this.#link, next: null })
    const token = await this.#freshToken()
    return offerSubprotocols({ browserSecret: this.#o.browserSecret(), ...(token === undefined ? {} : { token }) })
  }

  opened(transport: Transport): void {
    this.#transport = transport
    this.#heartbeat.start()
    this.#setLink({ state: "connected", stalled: false })
  }

  heard(): void {
    this.#heartbeat.heard()
    // y-websocket's own watchdog must not be fooled by what we keep from it or hold back.
    this.provider.wsLastMessageReceived = Date.now()
  }

  received(message: Downstream): void {
    if (message.type === "receipt") this.#o.on.receipt(message.count)
    if (message.type === "access") {
      if (message.reason === "token-expired") void this.#renewToken()
      this.#o.on.access(message.access, message.reason)
    }
  }

  sent(message: "update" | "step2", count: number): void {
    this.#o.on.sent(message, count)
  }

  settled(update: Uint8Array, serverHas: Uint8Array): Uint8Array {
    const { pendingStructs, pendingDs } = this.#o.doc.store
    return pendingStructs === null && pendingDs === null ? update : encodeSettledState(this.#o.doc, serverHas)
  }

  closed(transport: Transport, code: number): void {
    if (this.#transport === transport) {
      // What arrived before the end counts.
      this.frames.flush()
      this.#heartbeat.stop()
      this.#transport = null
    }
    this.#cancelRenewal?.()
    const rule = closeRule(code)
    this.#turn.failed(rule.retry === "later" ? "later" : "backoff")
    this.#o.on.disconnected()
    if (this.#destroyed) return
    const since = this.#link.state === "disconnected" ? this.#link.since : this.clock.now()
    this.#setLink({ state: "disconnected", since, next: this.#turn.next })
  }

  #mayReturn(code: number): boolean {
    if (code === CLOSE.signInAgain && this.#o.token !== undefined && !this.#triedFreshToken) {
      this.#triedFreshToken = true
      this.#turn.hurry()
      return true
    }
    return closeRule(code).retry !== "never"
  }

  async #freshToken(): Promise<string | undefined> {
    const token = await this.#o.token?.()
    this.#cancelRenewal?.()
    const renewal = token === undefined ? null : renewalTime(token, this.clock.now())
    if (renewal !== null) this.#cancelRenewal = this.clock.after(renewal, () => void this.#renewToken())
    return token
  }

  /** A fresh token for the connection as it stands. */
  async #renewToken(): Promise<void> {
    const transport = this.#transport
    try {
      const token = await this.#freshToken()
      if (token !== undefined) transport?.sendToken(token)
    } catch {
      // The server lets the old token run out and says so; the attempt after that asks again.
    }
  }

  #setLink(link: LinkState): void {
    this.#link = link
    this.#o.on.link(link)
  }
}
