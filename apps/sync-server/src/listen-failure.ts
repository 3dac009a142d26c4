import type { ServerConfig } from "./config.ts"

/** Why the server cannot listen, in one sentence that says what to do. */
export function listenFailure({ host, port }: ServerConfig, cause: unknown): string {
  switch (codeOf(cause)) {
    case "EADDRINUSE":
      return `Port ${port} on ${host} is in use by another program; choose another with --port, or --port 0 for any free one.`
    case "EACCES":
      return `Port ${port} may not be opened by this user; choose one from 1024 up with --port.`
    case "EADDRNOTAVAIL":
    case "EINVAL":
      return `${host} is not an address of this machine; choose another with --host.`
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name ${host} leads to no address; choose another with --host.`
    default:
      return `The server cannot listen on ${host}, port ${port}: ${cause instanceof Error ? cause.message : String(cause)}.`
  }
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : undefined
}
