import { once } from "node:events"
import { type IncomingMessage, request } from "node:http"
import { controlSocketOf } from "../operations/control-socket.ts"

/** What a running server could not do. */
export class ControlError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "ControlError"
    this.code = code
  }
}

/** Asks the server that has the data folder open; null when there is none. Rejects with a ControlError when it cannot do it. */
export async function askRunningServer(data: string, command: string): Promise<IncomingMessage | null> {
  const [method = "", path = ""] = command.split(" ", 2)
  const asking = request({ socketPath: controlSocketOf(data), method, path })
  asking.end()
  try {
    const [response]: IncomingMessage[] = await once(asking, "response")
    if (response === undefined) throw new TypeError("a response event without a response")
    if (response.statusCode === 200) return response
    const { code, message } = await readFailure(response)
    throw new ControlError(code, message)
  } catch (error) {
    if (isNobodyThere(error)) return null
    throw error
  }
}

/** The body as JSON. */
export async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of response) parts.push(part)
  return JSON.parse(Buffer.concat(parts).toString())
}

async function readFailure(response: IncomingMessage): Promise<{ code: string; message: string }> {
  const body = await jsonOf(response)
  if (typeof body === "object" && body !== null && "code" in body && "message" in body) {
    return { code: String(body.code), message: String(body.message) }
  }
  return { code: "FAILED", message: `The running server answered with ${response.statusCode}.` }
}

/** No socket, or one that a killed server left behind. */
function isNobodyThere(error: unknown): boolean {
  return error instanceof Error && "code" in error && NOBODY.has(String(error.code))
}

const NOBODY: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ENOTSOCK", "ENOTDIR", "EINVAL"])
