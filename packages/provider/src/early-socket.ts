import type { Millis } from "@ligature/protocol"
import { offerSubprotocols } from "@ligature/protocol/subprotocol"
import { browserSecret, isNewAt } from "./browser-secret.ts"
import { defaultLocalDatabase } from "./local-database.ts"
import { type ServerAddress, serverAddress } from "./server-address.ts"
import { browserWayMemory } from "./way-memory.ts"

/** A socket that nobody has asked for by then is closed: the page went elsewhere, or offers other credentials. */
const KEPT_MS: Millis = 10_000

/**
 * Begins to connect to a document that is opened in a moment, while the code for it is loaded and what this device keeps is read: the
 * handshake and the server's reading go on meanwhile. Nothing is said to the server. Whoever opens the document by the same address and
 * with the same offer is given this socket; where one signs in with tokens, nobody does.
 * Throws what `openDocument` throws for these options; does nothing where the platform has no sockets.
 */
export function connectEarly(o: {
  readonly url: string
  readonly document: string
  readonly schema?: number | undefined
}): void {
  const address = serverAddress(o.url, o.document)
  // Where no WebSocket got through the last time, trying one is the connection's to decide.
  if (typeof WebSocket === "undefined" || browserWayMemory.read(new URL(address.server).origin) !== null) return
  const url = urlOf(address, o.schema)
  const protocols = protocolsFor(address)
  const name = nameOf(url, protocols)
  if (!early.has(name)) early.set(name, new EarlySocket(name, new WebSocket(url, protocols)))
}

/**
 * Has a connection that was begun early ask for the whole document if this device keeps nothing of it: what the server sends comes while
 * the code for it is loaded. Of what is kept the server is asked only for the rest, by whoever reads it.
 *
 * @param o what was given to `connectEarly`, and whom the application has signed in
 */
export async function askEarly(o: {
  readonly url: string
  readonly document: string
  readonly schema?: number | undefined
  readonly subject?: string | undefined
}): Promise<void> {
  const address = serverAddress(o.url, o.document)
  const name = nameOf(urlOf(address, o.schema), protocolsFor(address))
  try {
    const key = { server: address.server, subject: o.subject ?? "", document: address.document }
    // A database takes a while to be opened for the first time: also for those who read it next.
    const isKept = defaultLocalDatabase().has(key)
    if (isNewAt(address.server) || !(await isKept)) askForAll(name)
    await isKept
  } catch {
    // Nobody knows what is kept: whoever reads it says what is wrong with it.
  }
}

/** A socket that was begun early, now its taker's, and what it has said so far, oldest first. */
export interface TakenSocket {
  readonly socket: WebSocket
  readonly heard: readonly Event[]
  /** The whole document was asked for. */
  readonly hasAsked: boolean
}

/** The socket that was begun early with this address and offer; null when there is none, or no more. */
export function takeEarlySocket(url: string, protocols: readonly string[]): TakenSocket | null {
  return early.get(nameOf(url, protocols))?.take() ?? null
}

/** What a connection's address says behind the question mark. */
export function parametersOf({ parameters }: ServerAddress, schema: number | undefined): Record<string, string> {
  return schema === undefined ? { ...parameters } : { ...parameters, schema: String(schema) }
}

/** As y-websocket puts it together. */
function urlOf(address: ServerAddress, schema: number | undefined): string {
  const query = Object.entries(parametersOf(address, schema))
    .map((pair) => pair.map(encodeURIComponent).join("="))
    .join("&")
  return `${address.base}/${address.room}${query === "" ? "" : `?${query}`}`
}

function protocolsFor({ server }: ServerAddress): string[] {
  return offerSubprotocols({ browserSecret: browserSecret(server) })
}

const early = new Map<string, EarlySocket>()

/** A socket that nobody listens to yet, and what it said meanwhile. */
class EarlySocket implements TakenSocket {
  readonly #name: string
  readonly socket: WebSocket
  hasAsked = false
  readonly heard: Event[] = []
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #hear = (event: Event): void => void this.heard.push(event)
  /** It has failed: whoever comes makes an attempt of their own. */
  readonly #drop = (): void => {
    this.#end()
    this.socket.close()
  }

  constructor(name: string, socket: WebSocket) {
    this.#name = name
    this.socket = socket
    socket.binaryType = "arraybuffer"
    socket.addEventListener("open", this.#hear)
    socket.addEventListener("message", this.#hear)
    socket.addEventListener("close", this.#drop)
    // The close that follows says all there is to know; in Node an unheard error would be thrown.
    socket.addEventListener("error", () => undefined)
    this.#timer = setTimeout(this.#drop, KEPT_MS)
  }

  take(): this {
    this.#end()
    return this
  }

  #end(): void {
    clearTimeout(this.#timer)
    early.delete(this.#name)
    this.socket.removeEventListener("open", this.#hear)
    this.socket.removeEventListener("message", this.#hear)
    this.socket.removeEventListener("close", this.#drop)
  }
}

function nameOf(url: string, protocols: readonly string[]): string {
  return [url, ...protocols].join(" ")
}

/** As soon as that can be said, unless the socket is somebody's by then. */
function askForAll(name: string): void {
  const begun = early.get(name)
  const ask = (): void => {
    if (begun === undefined || early.get(name) !== begun) return
    // A step1 with the state vector of an empty document.
    begun.socket.send(Uint8Array.of(0, 0, 1, 0))
    begun.hasAsked = true
  }
  if (begun?.socket.readyState === WebSocket.OPEN) ask()
  else begun?.socket.addEventListener("open", ask)
}
