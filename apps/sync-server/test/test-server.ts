import type { AuthInput } from "../src/auth/auth-config.ts"
import type { DocumentsInput } from "../src/documents/documents-config.ts"
import { readConfig, startServer, type ServerLimits, type ServerParts } from "../src/index.ts"
import { temporaryFolder } from "./temporary-folder.ts"

/** The whole server in this process, on a free port, with a store of its own in a temporary folder. */
export interface TestServer extends AsyncDisposable {
  readonly address: string
  /** `ws://host/sync` */
  readonly sync: string
  readonly port: number
  readonly data: string
  close(): Promise<{ readonly unstored: readonly string[] }>
}

export async function testServer(
  o: Omit<ServerParts, "limits"> & {
    readonly limits?: Partial<ServerLimits>
    readonly publicUrl?: string
    readonly allowedOrigins?: readonly string[]
    readonly auth?: AuthInput & DocumentsInput
    readonly trustProxy?: number
  } = {},
): Promise<TestServer> {
  const { publicUrl, allowedOrigins, auth, trustProxy, ...parts } = o
  const folder = await temporaryFolder()
  const server = await startServer(
    readConfig({ ...auth, port: 0, data: folder.path, publicUrl, allowedOrigins, trustProxy }),
    parts,
  )
  const { origin, host, port } = server.address
  return {
    address: origin,
    sync: `ws://${host}/sync`,
    port: Number(port),
    data: folder.path,
    close: () => server.close(),
    async [Symbol.asyncDispose]() {
      await server.close()
      await folder[Symbol.asyncDispose]()
    },
  }
}
