import type { Awareness } from "y-protocols/awareness"
import { WebSocket } from "ws"
import * as Y from "yjs"

/** What all versions of y-websocket's provider have in common. */
interface Provider {
  readonly awareness: Awareness
  readonly synced: boolean
  on(event: string, listener: (...args: never[]) => void): void
  off(event: string, listener: (...args: never[]) => void): void
  destroy(): void
}

type ProviderClass = new (
  url: string,
  room: string,
  doc: Y.Doc,
  options: { WebSocketPolyfill: unknown; disableBc: boolean; maxBackoffTime: number; params?: Record<string, string> },
) => Provider

/** The released packages, under the names they are installed by. */
const PROVIDERS: Readonly<Record<StockVersion, () => Promise<object>>> = {
  "1.5": () => import("y-websocket-1"),
  "2.1": () => import("y-websocket-2"),
  "3.0": () => import("y-websocket-3.0"),
  "3.1": () => import("y-websocket"),
}

export type StockVersion = "1.5" | "2.1" | "3.0" | "3.1"

/** Somebody else's program: an unmodified provider with a document. */
export interface StockClient extends Disposable {
  readonly doc: Y.Doc
  readonly provider: Provider
  /** Resolves when the condition holds; it is looked at after every change of document, presence or connection. */
  until(condition: () => boolean): Promise<void>
  /** Codes the connection was closed with, in order. */
  readonly closes: readonly number[]
}

/** @param sync `ws://host/sync` */
export async function openStockClient(version: StockVersion, sync: string, document: string): Promise<StockClient> {
  const released = await PROVIDERS[version]()
  if (!hasProvider(released)) throw new TypeError(`y-websocket ${version} has no provider`)
  const { WebsocketProvider } = released
  const doc = new Y.Doc()
  const closes: number[] = []
  const provider = new WebsocketProvider(sync, document, doc, {
    WebSocketPolyfill: WebSocket,
    disableBc: true,
    maxBackoffTime: 200,
  })
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const check of waiting) check()
  }
  doc.on("afterTransaction", look)
  provider.awareness.on("change", look)
  for (const event of ["status", "sync", "synced"]) provider.on(event, look)
  provider.on("connection-close", (event: { code: number } | null) => {
    if (event !== null) closes.push(event.code)
    look()
  })
  return {
    doc,
    provider,
    closes,
    until: (condition) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          try {
            if (!condition()) return
            resolve()
          } catch (error) {
            reject(error)
          }
          waiting.delete(check)
        }
        waiting.add(check)
        check()
      }),
    [Symbol.dispose]() {
      provider.destroy()
      doc.destroy()
    },
  }
}

/** Their types differ in what does not matter here. */
function hasProvider(released: object): released is { readonly WebsocketProvider: ProviderClass } {
  return "WebsocketProvider" in released
}
