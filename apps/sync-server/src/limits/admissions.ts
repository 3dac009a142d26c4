import type { IncomingMessage, Server } from "node:http"
import type { Socket } from "node:net"
import { CLOSE, type Clock, type CloseCode } from "@ligature/protocol"
import type { ServerLimits } from "../server-limits.ts"
import { addressKey, clientAddress } from "./client-address.ts"
import { Rate } from "./rate.ts"

/** Why somebody is sent away, for the books. */
export type Excess = "connections" | "address" | "user" | "document"

/** What is turned away before anybody looks at it, and gets no close code. */
export type TurnedAway = "socketsOfAddress" | "handshakeRate" | "requestRate"

/** Somebody who takes up a place until they leave. */
export interface Place {
  /** Takes up one for a user and one in a document as well, once they are known. */
  knownAs(o: { readonly user: string | null; readonly document: string }): Excess | null
  /** Whether another document may come into being from where they are. */
  mayCreate(): boolean
  /** Calling it again does nothing. */
  leave(): void
}

/** How much may come in: counts connections by address, user and document, and how often each address comes. */
export class Admissions {
  readonly #limits: ServerLimits
  readonly #trustedProxies: number
  readonly #handshakes: Rate
  readonly #requests: Rate
  readonly #sockets = new Tally()
  readonly #books: Books
  readonly #onTurnedAway: (reason: TurnedAway) => void

  /** @param o `trustedProxies`: how many proxies of the host's own stand before the server; `onTurnedAway`: for the books, must not throw */
  constructor(o: {
    readonly limits: ServerLimits
    readonly trustedProxies: number
    readonly clock: Clock
    readonly onTurnedAway?: (reason: TurnedAway) => void
  }) {
    const { limits, clock } = o
    this.#onTurnedAway = o.onTurnedAway ?? (() => {})
    this.#limits = limits
    this.#trustedProxies = o.trustedProxies
    this.#handshakes = new Rate(clock, { burst: limits.handshakeBurst, perSecond: limits.handshakesPerSecond })
    this.#requests = new Rate(clock, { burst: limits.requestBurst, perSecond: limits.requestsPerSecond })
    this.#books = {
      connections: 0,
      addresses: new Tally(),
      users: new Tally(),
      documents: new Tally(),
      newDocuments: new Rate(clock, { burst: limits.newDocumentBurst, perSecond: limits.newDocumentsPerHour / 3600 }),
    }
  }

  /** Counts the sockets of a server, from before anything is read from them. */
  watch(server: Server): void {
    server.maxConnections = this.#limits.sockets
    // Behind a proxy they all have one address.
    if (this.#trustedProxies > 0) return
    const sockets = this.#sockets
    // One for all of them. A socket still knows its address when it has closed.
    function closed(this: Socket): void {
      sockets.remove(keyOf(this.remoteAddress ?? null))
    }
    server.on("connection", (socket: Socket) => {
      if (!sockets.add(keyOf(socket.remoteAddress ?? null), this.#limits.socketsPerAddress)) {
        this.#onTurnedAway("socketsOfAddress")
        return void socket.destroy()
      }
      socket.on("close", closed)
      return undefined
    })
  }

  /** Where a request comes from. */
  addressOf(request: Pick<IncomingMessage, "headers" | "socket">): string | null {
    return clientAddress(request, this.#trustedProxies)
  }

  /** Whether this address may begin another connection. */
  allowsHandshake(request: IncomingMessage): boolean {
    return this.#allows(this.#handshakes, request, "handshakeRate")
  }

  /** Whether this address may ask for something else. */
  allowsRequest(request: Pick<IncomingMessage, "headers" | "socket">): boolean {
    return this.#allows(this.#requests, request, "requestRate")
  }

  #allows(rate: Rate, request: Pick<IncomingMessage, "headers" | "socket">, reason: TurnedAway): boolean {
    const isAllowed = rate.allows(keyOf(this.addressOf(request)))
    if (!isAllowed) this.#onTurnedAway(reason)
    return isAllowed
  }

  /** Takes up a place. What is returned must leave when the connection is gone. */
  enter(address: string | null): Place | Excess {
    const { connections, connectionsPerAddress } = this.#limits
    if (this.#books.connections >= connections) return "connections"
    const key = keyOf(address)
    if (!this.#books.addresses.add(key, connectionsPerAddress)) return "address"
    this.#books.connections++
    return new OnePlace(key, this.#books, this.#limits)
  }
}

/** How many there are, in all and of each. */
interface Books {
  connections: number
  readonly addresses: Tally
  readonly users: Tally
  readonly documents: Tally
  readonly newDocuments: Rate
}

class OnePlace implements Place {
  readonly #books: Books
  readonly #limits: ServerLimits
  /** Null once it has left. */
  #address: string | null
  #user: string | null = null
  #document: string | null = null

  constructor(address: string, books: Books, limits: ServerLimits) {
    this.#address = address
    this.#books = books
    this.#limits = limits
  }

  knownAs({ user, document }: { readonly user: string | null; readonly document: string }): Excess | null {
    const { users, documents } = this.#books
    if (user !== null && !users.add(user, this.#limits.connectionsPerUser)) return "user"
    this.#user = user
    if (!documents.add(document, this.#limits.connectionsPerDocument)) return "document"
    this.#document = document
    return null
  }

  mayCreate(): boolean {
    return this.#address !== null && this.#books.newDocuments.allows(this.#address)
  }

  leave(): void {
    if (this.#address === null) return
    const { addresses, users, documents } = this.#books
    this.#books.connections--
    addresses.remove(this.#address)
    if (this.#user !== null) users.remove(this.#user)
    if (this.#document !== null) documents.remove(this.#document)
    this.#address = null
  }
}

/** A full server is no fault of who comes; the rest is too much of one thing. */
export function closeCodeFor(excess: Excess): CloseCode {
  return excess === "connections" ? CLOSE.later : CLOSE.slowDown
}

function keyOf(address: string | null): string {
  return address === null ? "" : addressKey(address)
}

/** How many there are of each. */
class Tally {
  readonly #counts = new Map<string, number>()

  /** False, and nothing is added, if there are `most` already. */
  add(key: string, most: number): boolean {
    const count = this.#counts.get(key) ?? 0
    if (count >= most) return false
    this.#counts.set(key, count + 1)
    return true
  }

  remove(key: string): void {
    const count = (this.#counts.get(key) ?? 0) - 1
    if (count > 0) this.#counts.set(key, count)
    else this.#counts.delete(key)
  }
}
