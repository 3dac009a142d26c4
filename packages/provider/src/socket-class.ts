import type { Transport } from "./transport.ts"

/** A class whose instances `open` makes, for y-websocket to construct its sockets with. */
export function socketClassOf(open: (url: string) => Transport): typeof WebSocket {
  // A constructor that returns an object gives that object to `new`.
  const constructor: unknown = function OurTransport(url: string): Transport {
    return open(url)
  }
  if (!isSocketClass(constructor)) throw new TypeError("a function is a constructor")
  return constructor
}

/** y-websocket names the whole class as its type and uses the members that Transport has. */
function isSocketClass(value: unknown): value is typeof WebSocket {
  return typeof value === "function"
}
