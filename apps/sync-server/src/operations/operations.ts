import type { LevelStore } from "@ligature/store-level"
import type { ServerConfig } from "../config.ts"
import type { ServerLog } from "../server-log.ts"
import { controlRoutes } from "./control-routes.ts"
import { openControlSocket } from "./control-socket.ts"

/** How a host watches and steers a running server. */
export interface Operations {
  /** Lets commands and scrapers in. */
  start(): Promise<void>
  close(): Promise<void>
}

export function openOperations(o: {
  readonly config: ServerConfig
  /** The store in the data folder; null when the server was given another one, which commands cannot name. */
  readonly level: LevelStore | null
  readonly log: ServerLog
}): Operations {
  const open: AsyncDisposable[] = []
  return {
    async start() {
      if (o.level === null) return
      open.push(await openControlSocket({ data: o.config.data, routes: controlRoutes(o.level), log: o.log }))
    },
    async close() {
      for (const one of open.splice(0)) await one[Symbol.asyncDispose]()
    },
  }
}
