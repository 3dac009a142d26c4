import { rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { join, relative } from "node:path"
import type { ServerLog } from "../server-log.ts"

/** What a command can ask of a running server, by `METHOD /path`. */
export type ControlRoutes = Readonly<Record<string, ControlRoute>>
/** Answers by itself, or returns what is answered as JSON. An error is answered with its code and message. */
type ControlRoute = (request: ControlRequest, response: ServerResponse) => Promise<object | void>

interface ControlRequest {
  readonly parameters: URLSearchParams
  /** Aborted when whoever asked is gone. */
  readonly signal: AbortSignal
}

/** Where commands reach the server that has this data folder open. */
export function controlSocketOf(data: string): string {
  const path = join(data, "control.sock")
  const fromHere = relative(process.cwd(), path)
  // A socket's path has about a hundred bytes on most systems.
  return fromHere.length < path.length ? fromHere : path
}

/**
 * Listens in the data folder, for whoever may write to the folder and nobody else (mode 0600). What cannot listen, over a path that is too long or
 * a system without such sockets, is a warning: documents are served all the same.
 */
export async function openControlSocket(o: {
  readonly data: string
  readonly routes: ControlRoutes
  readonly log: ServerLog
}): Promise<AsyncDisposable> {
  const path = controlSocketOf(o.data)
  const server = createServer((request, response) => void answer(o.routes, request, response, o.log))
  try {
    // Left by a server that was killed. The folder is ours: we hold its lock.
    await rm(path, { force: true })
    await listen(server, path)
  } catch (error) {
    o.log.warn(
      { err: error, path },
      "commands cannot reach this server while it runs; ligature backup needs it stopped",
    )
  }
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => void server.close(() => resolve()))
    },
  }
}

async function listen(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    // The socket is made within the call: at no moment may others reach it.
    const mask = process.umask(0o177)
    try {
      server.listen(path, resolve)
    } finally {
      process.umask(mask)
    }
  })
}

async function answer(
  routes: ControlRoutes,
  request: IncomingMessage,
  response: ServerResponse,
  log: ServerLog,
): Promise<void> {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2)
  const route = routes[`${request.method} ${path}`]
  if (route === undefined)
    return reply(response, 404, {
      code: "NO_SUCH_COMMAND",
      message: "This server does not know that command; is it of another version?",
    })
  const gone = new AbortController()
  response.on("close", () => gone.abort())
  request.resume()
  try {
    const result = await route({ parameters: new URLSearchParams(query), signal: gone.signal }, response)
    if (result !== undefined) reply(response, 200, result)
  } catch (error) {
    log.warn({ err: error, command: `${request.method} ${path}` }, "a command failed")
    if (response.headersSent) response.destroy()
    else reply(response, 500, { code: codeOf(error), message: error instanceof Error ? error.message : String(error) })
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "FAILED"
}
