import type { Millis } from "@ligature/protocol"
import { offerSubprotocols } from "@ligature/protocol/subprotocol"
import { browserSecret } from "./browser-secret.ts"
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
  const protocols = offerSubprotocols({ browserSecret: browserSecret(address.server) })
  const name = nameOf(url, protocols)
  if (!early.has(name)) early.set(name, new EarlySocket(name, new WebSocket(url, protocols)))
}

/** A socket that was begun early, now its taker's, and what it has said so far, oldest first. */
export interface TakenSocket {
  readonly socket: WebSocket
  readonly heard: readonly Event[]
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

const early = new Map<string, EarlySocket>()

/** A socket that nobody listens to yet, and what it said meanwhile. */
class EarlySocket {
  readonly #name: string
  readonly #socket: WebSocket
  readonly #heard: Event[] = []
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #hear = (event: Event): void => void this.#heard.push(event)
  /** It has failed: whoever comes makes an attempt of their own. */
  readonly #drop = (): void => {
    this.#end()
    this.#socket.close()
  }

  constructor(name: string, socket: WebSocket) {
    this.#name = name
    this.#socket = socket
    socket.binaryType = "arraybuffer"
    socket.addEventListener("open", this.#hear)
    socket.addEventListener("message", this.#hear)
    socket.addEventListener("close", this.#drop)
    // The close that follows says all there is to know; in Node an unheard error would be thrown.
    socket.addEventListener("error", () => undefined)
    this.#timer = setTimeout(this.#drop, KEPT_MS)
  }

  take(): TakenSocket {
    this.#end()
    return { socket: this.#socket, heard: this.#heard }
  }

  #end(): void {
    clearTimeout(this.#timer)
    early.delete(this.#name)
    this.#socket.removeEventListener("open", this.#hear)
    this.#socket.removeEventListener("message", this.#hear)
    this.#socket.removeEventListener("close", this.#drop)
  }
}

function nameOf(url: string, protocols: readonly string[]): string {
  return [url, ...protocols].join(" ")
}
