import { defaultLocalStore } from "./default-store.ts"
import type { LocalDocument, LocalStore } from "./local-store.ts"
import { serverAddress } from "./server-address.ts"

export interface LocalDocumentsOptions {
  /** The server, as given to `openDocument`. */
  readonly url: string
  readonly subject?: string | undefined
  /** By default the one that `openDocument` uses. */
  readonly localStore?: LocalStore | undefined
}

/** The documents this device keeps for a server and a person, last opened first. Rejects with `LocalStoreError`. */
export async function listLocalDocuments(o: LocalDocumentsOptions): Promise<LocalDocument[]> {
  const { server } = serverAddress(o.url, "-")
  return (o.localStore ?? defaultLocalStore()).list({ server, subject: o.subject ?? "" })
}

/** Takes a document off this device, with changes that were never sent. Close it first. Rejects with `LocalStoreError`. */
export async function forgetLocalDocument(o: LocalDocumentsOptions & { readonly document: string }): Promise<void> {
  const { server, document } = serverAddress(o.url, o.document)
  await (o.localStore ?? defaultLocalStore()).forget({ server, subject: o.subject ?? "", document })
}
