import type { IncomingMessage, Server, ServerResponse } from "node:http"

/**
 * Handles those of a server's requests that are ours, before the listeners it has, which see the others. (Node tells every request to
 * every listener: two of them would answer the same one.)
 * @returns what gives the server its listeners back
 */
export function takeRequests(
  server: Server,
  isOurs: (request: IncomingMessage) => boolean,
  handle: (request: IncomingMessage, answer: ServerResponse) => void,
): () => void {
  const theirs = server.listeners("request")
  server.removeAllListeners("request")
  const dispatch = (request: IncomingMessage, answer: ServerResponse): void => {
    if (isOurs(request)) handle(request, answer)
    else for (const listener of theirs) Reflect.apply(listener, server, [request, answer])
  }
  server.on("request", dispatch)
  return () => {
    server.off("request", dispatch)
    for (const listener of theirs)
      server.on("request", (request, answer) => Reflect.apply(listener, server, [request, answer]))
  }
}
