/** What tabs of one browser tell each other about a document that they keep in the same place. */
export type TabMessage =
  /** I made this change. */
  | { readonly type: "change"; readonly id: string; readonly update: Uint8Array }
  /** I had a receipt for these changes. */
  | { readonly type: "saved"; readonly ids: readonly string[] }
  /** I have just opened the document, and this is what I have of it. */
  | { readonly type: "opened"; readonly stateVector: Uint8Array }
  /** This is what you lack, and the changes in it that await a receipt. */
  | { readonly type: "lacking"; readonly update: Uint8Array; readonly ids: readonly string[] }

/**
 * The channel of the tabs that have one document open. It carries updates only, no presence: presence goes through the server, or
 * one tab's leaving would clear everybody's. Where there is no BroadcastChannel the tabs meet through the server alone.
 */
export class TabChannel {
  readonly #channel: BroadcastChannel | null

  constructor(name: string, receive: (message: TabMessage) => void) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name)
    if (this.#channel === null) return
    this.#channel.onmessage = (event: MessageEvent<unknown>) => {
      const message = tabMessage(event.data)
      if (message !== null) receive(message)
    }
  }

  post(message: TabMessage): void {
    this.#channel?.postMessage(message)
  }

  close(): void {
    this.#channel?.close()
  }
}

/** Another tab may run another version of this program: what is not understood is passed over. */
function tabMessage(data: unknown): TabMessage | null {
  if (typeof data !== "object" || data === null || !("type" in data)) return null
  const { type, id, ids, update, stateVector } = { id: null, ids: null, update: null, stateVector: null, ...data }
  if (type === "change" && isText(id) && isBytes(update)) return { type, id, update }
  if (type === "saved" && areTexts(ids)) return { type, ids }
  if (type === "opened" && isBytes(stateVector)) return { type, stateVector }
  if (type === "lacking" && isBytes(update) && areTexts(ids)) return { type, update, ids }
  return null
}

function isText(value: unknown): value is string {
  return typeof value === "string"
}

function areTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(isText)
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array
}
