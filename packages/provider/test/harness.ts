import "fake-indexeddb/auto"
import {
  openDocument,
  openLocalStore,
  type LocalStore,
  type OpenDocument,
  type OpenDocumentOptions,
} from "@ligature/provider"
import { onTestFinished } from "vitest"
import { WebSocket } from "ws"
import { FakeServer } from "./fake-server.ts"

let stores = 0

/** A browser of its own: a fresh local store that outlives the tabs opened in it. */
export function freshBrowser(name: string = String(++stores)): LocalStore {
  const store = openLocalStore({ name: `browser ${name}` })
  onTestFinished(() => store.close())
  return store
}

export async function startServer(): Promise<FakeServer> {
  const server = await FakeServer.start()
  onTestFinished(() => server.close())
  return server
}

/** Opens the document "plan" in a tab that reconnects at once. Closed when the test ends. */
export function openTab(
  server: { readonly url: string },
  browser: LocalStore | false,
  options: Partial<OpenDocumentOptions> = {},
): OpenDocument {
  const tab = openDocument({
    url: server.url,
    document: "plan",
    WebSocket,
    random: () => 0,
    localStore: browser,
    ...options,
  })
  onTestFinished(() => tab.destroy())
  return tab
}

/** An address where nobody answers. */
export const NOWHERE = { url: "ws://127.0.0.1:9" } as const

/** Resolves as soon as `test` holds; it is asked after every change of the tab's status and document. */
export async function until(tab: OpenDocument, test: (tab: OpenDocument) => boolean): Promise<void> {
  if (test(tab)) return
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (!test(tab)) return
      end()
      tab.doc.off("update", look)
      resolve()
    }
    const end = tab.onStatus(look)
    tab.doc.on("update", look)
  })
}

export async function reaches(tab: OpenDocument, state: OpenDocument["status"]["state"]): Promise<void> {
  await until(tab, () => tab.status.state === state)
}

export function textOf(tab: { readonly doc: OpenDocument["doc"] }): string {
  return tab.doc.getText("flow").toJSON()
}

export function write(tab: { readonly doc: OpenDocument["doc"] }, text: string): void {
  const flow = tab.doc.getText("flow")
  flow.insert(flow.length, text)
}

export async function hasLoaded(tab: OpenDocument): Promise<boolean> {
  const no = Symbol("not loaded")
  return (await Promise.race([tab.whenLoaded, Promise.resolve(no)])) !== no
}
