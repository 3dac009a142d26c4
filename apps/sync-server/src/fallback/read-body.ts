import type { IncomingMessage } from "node:http"

export type Body =
  | { readonly state: "read"; readonly text: string }
  /** More came than was allowed; the rest is not read. */
  | { readonly state: "too large" }
  /** The connection ended before the request did. */
  | { readonly state: "gone" }

/**
 * Reads a request's body as text. Never rejects.
 * @param most bytes
 * @param counted called with the length of each piece as it comes
 */
export async function readBody(
  request: IncomingMessage,
  most: number,
  counted: (bytes: number) => void,
): Promise<Body> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let length = 0
    const end = (body: Body): void => {
      request.off("data", more)
      request.off("end", whole)
      request.off("close", gone)
      resolve(body)
    }
    const more = (piece: Buffer): void => {
      length += piece.length
      counted(piece.length)
      if (length > most) return end({ state: "too large" })
      pieces.push(piece)
      return undefined
    }
    const whole = (): void => end({ state: "read", text: Buffer.concat(pieces).toString("latin1") })
    const gone = (): void => end({ state: "gone" })
    if (request.destroyed) return gone()
    request.on("data", more)
    request.on("end", whole)
    request.on("close", gone)
    request.on("error", () => {})
    return undefined
  })
}
