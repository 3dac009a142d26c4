import type { IncomingMessage, Server } from "node:http"
import type { Socket } from "node:net"
import { Server as TlsServer } from "node:tls"

/**
 * Connections on which nothing has been asked yet. Browsers open some ahead of time. Node does not call them idle, and once a server
 * stops listening it no longer looks at their deadline either: one of them would keep a server from ever ending.
 * @returns what cuts them, for when the server has stopped listening
 */
export function trackSilentConnections(server: Server): () => void {
  const silent = new Set<Socket>()
  // One for all of them: a function, since it is told which socket by `this`.
  function closed(this: Socket): void {
    silent.delete(this)
  }
  const heard = ({ socket }: IncomingMessage): void => {
    if (silent.delete(socket)) socket.off("close", closed)
  }
  server.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
    silent.add(socket)
    socket.on("close", closed)
  })
  server.prependListener("request", heard)
  server.prependListener("upgrade", heard)
  return () => {
    for (const socket of silent) socket.destroy()
  }
}
