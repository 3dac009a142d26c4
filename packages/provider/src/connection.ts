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
import { parametersOf } from "./early-socket.ts"
import { Heartbeat } from "./heartbeat.ts"
import { IncomingFrames } from "./incoming-frames.ts"
import { isAway } from "./page-signals.ts"
import { ReconnectTurn } from "./reconnect.ts"
import { encodeSettledState } from "./settled-state.ts"
import type { ServerAddress } from "./server-address.ts"
import { socketClassOf } from "./socket-class.ts"
import type { LinkState } from "./status-of.ts"
import { TokenSource, type TokenCallback } from "./token-source.ts"
import { type Attempt, Transport, type TransportOwner, type WebSocketClass } from "./transport.ts"
import { type Way, WayFinder } from "./way.ts"
import { browserWayMemory, type WayMemory } from "./way-memory.ts"
import { WebSocketProbe } from "./websocket-probe.ts"

/** How long the first attempt may take before the document counts as offline. */
const START_MS = 3_000
/** The server greets a WebSocket at once. One on which nothing has come by then is swallowed on the way. */
const FIRST_WORD_MS = 5_000

export interface ConnectionOptions {
  readonly address: ServerAddress
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly schema: number | undefined
  readonly token: TokenCallback | undefined
  readonly browserSecret: () => string
  readonly socketClass: WebSocketClass
  /** What is known of ways to servers; the browser's if left out. */
  readonly wayMemory?: WayMemory | undefined
  readonly clock: Clock
  readonly random: () => number
  /** The document is on the screen, or may be. */
  readonly isShown: () => boolean
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
  readonly #tokens: TokenSource
  readonly #wayFinder: WayFinder
  readonly #probe: WebSocketProbe
  /** Of the attempt or connection there is. */
  #way: Way = "websocket"
  /** The connection was ended to take up another in its place. */
  #isSwitching = false
  #transport: Transport | null = null
  /** The last transport on which something came. */
  #heardFrom: Transport | null = null
  #link: LinkState = { state: "starting" }
  /** 4401 was met with a fresh token since the last good connection; the second one is final. */
  #triedFreshToken = false
  #cancelStart: Cancel | null = null
  #destroyed = false

  constructor(o: ConnectionOptions) {
    this.#o = o
    this.clock = o.clock
    this.#turn = new ReconnectTurn(o.clock, o.random)
    this.#tokens = new TokenSource(o.token, o.clock, (token) => this.#transport?.sendToken(token))
    this.#heartbeat = new Heartbeat(o.clock, {
      waitingSince: () => o.on.waitingSince(),
      waitingBytes: () => this.#transport?.unreceiptedBytes ?? 0,
      // Answered with presence, also when nobody has any.
      ask: () => this.#transport?.send(encodeUpstream({ type: "query-awareness" })),
      stalled: (stalled) => this.#setLink({ state: "connected", way: this.#way, stalled }),
      dead: () => this.#transport?.fail(CLOSE.abnormal),
    })
    this.frames = new IncomingFrames(o.doc, () => this.provider, o.clock, o.isShown)
    this.#wayFinder = new WayFinder(o.wayMemory ?? browserWayMemory, new URL(o.address.server).origin, o.clock)
    this.#probe = new WebSocketProbe({
      // Without a document's name: the server greets, and opens nothing.
      url: `${o.address.base}?probe`,
      socketClass: o.socketClass,
      clock: o.clock,
      pass: () => this.#switchToWebSocket(),
    })
    const open = (url: string): Transport => new Transport(this, url)
    this.provider = new WebsocketProvider(o.address.base, o.address.room, o.doc, {
      connect: false,
      awareness: o.awareness,
      params: parametersOf(o.address, o.schema),
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
    this.#probe.hurry()
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
    this.#probe.stop()
    this.#cancelStart?.()
    this.#tokens.stop()
    this.provider.destroy()
    this.frames.discard()
  }

  // What the transport asks and tells

  async prepare(abandoned: AbortSignal): Promise<Attempt> {
    await this.#turn.wait(abandoned)
    if (this.#link.state === "disconnected") this.#setLink({ ...this.#link, next: null })
    this.#way = this.#wayFinder.next
    const socketClass = this.#way === "polling" ? await this.#pollingSocketClass() : this.#o.socketClass
    const token = await this.#tokens.fresh()
    return {
      socketClass,
      protocols: offerSubprotocols({
        browserSecret: this.#o.browserSecret(),
        ...(token === undefined ? {} : { token }),
      }),
      firstWordMs: this.#way === "polling" ? null : FIRST_WORD_MS,
    }
  }

  opened(transport: Transport): void {
    this.#transport = transport
    this.#heartbeat.start()
    this.#setLink({ state: "connected", way: this.#way, stalled: false })
  }

  heard(transport: Transport, isGreeting: boolean): void {
    if (transport !== this.#heardFrom) {
      this.#heardFrom = transport
      this.#wayFinder.heard(this.#way)
      if (this.#way === "polling") this.#probe.start()
    }
    this.#heartbeat.heard(isGreeting)
    // y-websocket's own watchdog must not be fooled by what we keep from it or hold back.
    this.provider.wsLastMessageReceived = Date.now()
  }

  received(message: Downstream): void {
    if (message.type === "receipt") this.#o.on.receipt(message.count)
    if (message.type === "access") {
      if (message.reason === "token-expired") void this.#tokens.renew()
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
    this.#tokens.stop()
    this.#probe.stop()
    const rule = closeRule(code)
    this.#turn.failed(rule.retry === "later" ? "later" : "backoff")
    this.#learnFrom(transport, code)
    this.#o.on.disconnected()
    const isSwitching = this.#isSwitching
    this.#isSwitching = false
    if (isSwitching) this.#turn.hurry()
    // While the next connection is being made at once, nothing has changed for people; if that fails, this is called again.
    if (this.#destroyed || isSwitching) return
    const since = this.#link.state === "disconnected" ? this.#link.since : this.clock.now()
    this.#setLink({ state: "disconnected", since, next: this.#turn.next })
  }

  #mayReturn(code: number): boolean {
    if (code === CLOSE.signInAgain && this.#tokens.hasTokens && !this.#triedFreshToken) {
      this.#triedFreshToken = true
      this.#turn.hurry()
      return true
    }
    return closeRule(code).retry !== "never"
  }

  /** What this attempt shows about its way, if it ended before the server said anything. */
  #learnFrom(transport: Transport, code: number): void {
    if (transport === this.#heardFrom || !transport.hasTried || transport.isGivenUp || isAway()) return
    if (code !== CLOSE.abnormal) {
      this.#wayFinder.heard(this.#way)
      return
    }
    this.#wayFinder.mute(this.#way, transport.isSwallowed ? "silent" : "refused")
    // Who was kept waiting for nothing need not wait again. A server that may be down is not asked without a pause.
    if (transport.isSwallowed) this.#turn.hurry()
  }

  /** Loaded when it is needed: few ever need it. */
  async #pollingSocketClass(): Promise<WebSocketClass> {
    try {
      const { PollingSocket } = await import("./polling-socket.ts")
      return PollingSocket
    } catch (error) {
      this.#wayFinder.mute("polling", "refused")
      throw error
    }
  }

  #switchToWebSocket(): void {
    this.#wayFinder.websocketsPass()
    if (this.#transport === null) return
    this.#isSwitching = true
    this.#transport.fail(CLOSE.abnormal)
  }

  #setLink(link: LinkState): void {
    this.#link = link
    this.#o.on.link(link)
  }
}
