/** The WebSocket subprotocol of clients that understand the private messages. */
export const SUBPROTOCOL = "ligature.v1"

/** The header that carries the offer where there is no WebSocket handshake: the first request of long-polling. */
export const OFFER_HEADER = "ligature-offer"

/** The subprotocols an offer made, understood. */
export interface Offer {
  readonly speaks: "ligature.v1" | "y-websocket"
  /** The one subprotocol to answer the handshake with; never a token. Undefined: answer with none. */
  readonly selected: string | undefined
  readonly token?: string
  /** A random secret the provider keeps in its browser; the server knows it by its hash. */
  readonly browserSecret?: string
}

/**
 * Reads a `Sec-WebSocket-Protocol` header. What it cannot use it passes over: a browser fails a handshake that selects
 * nothing from what it offered, so a plain name is selected if `ligature.v1` is not there, and else nothing.
 */
export function parseOffer(header: string | undefined): Offer {
  const offered = (header ?? "").split(",", MOST_OFFERED).map((name) => name.trim())
  const token = carried(offered, TOKEN)
  const browserSecret = carried(offered, BROWSER)
  const plain = offered.find((name) => PLAIN.test(name) && !name.startsWith(TOKEN) && !name.startsWith(BROWSER))
  const ours = offered.includes(SUBPROTOCOL)
  return {
    speaks: ours ? SUBPROTOCOL : "y-websocket",
    selected: ours ? SUBPROTOCOL : plain,
    ...(token === undefined ? {} : { token }),
    ...(browserSecret === undefined ? {} : { browserSecret }),
  }
}

/** What a client offers; the credentials travel beside the subprotocol because a browser can set no header. */
export function offerSubprotocols(o: { readonly token?: string; readonly browserSecret?: string } = {}): string[] {
  const offer = [SUBPROTOCOL]
  if (o.token !== undefined) offer.push(TOKEN + encode(o.token))
  if (o.browserSecret !== undefined) offer.push(BROWSER + encode(o.browserSecret))
  return offer
}

const TOKEN = "ligature.token."
const BROWSER = "ligature.browser."
const MOST_OFFERED = 16
// RFC 7230's token characters: anything else in an answer breaks the handshake.
const PLAIN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/
// 4 KB of token, in base64.
const CARRIED = /^[0-9A-Za-z_-]{1,5464}$/

function carried(offered: readonly string[], prefix: string): string | undefined {
  const found = offered.find((name) => name.startsWith(prefix))?.slice(prefix.length)
  return found !== undefined && CARRIED.test(found) ? decode(found) : undefined
}

/** base64url without padding: the alphabet that a subprotocol name may be written in. */
function encode(text: string): string {
  let binary = ""
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

function decode(text: string): string | undefined {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    )
  } catch {
    // Not base64url, or not UTF-8: no credential, and the server says so by asking for one.
    return undefined
  }
}
