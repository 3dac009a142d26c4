import type { Clock } from "@ligature/protocol"
import type { RoomsObserver } from "@ligature/room"
import type { ServerLog } from "../server-log.ts"
import { newsFile } from "./news-file.ts"
import type { WebhookConfig } from "./webhook-config.ts"
import { Webhooks } from "./webhooks.ts"

/** Telling other programs of changes, from one start of the server to its stop. */
export interface OpenWebhooks {
  /** To be told of what the rooms do. */
  readonly rooms: RoomsObserver
  tell(type: "document.deleted" | "document.restored", document: string): void
  close(): Promise<void>
}

/** @param o.data the data folder, where news waits from a stop to the next start; null keeps none */
export async function openWebhooks(o: {
  readonly config: WebhookConfig | null
  readonly data: string | null
  readonly clock: Clock
  readonly log: ServerLog
}): Promise<OpenWebhooks> {
  const { config, clock, log } = o
  if (config === null) return { rooms: {}, tell: () => {}, close: async () => {} }
  const webhooks = new Webhooks({ config, clock, log })
  const file = o.data === null ? null : newsFile(o.data, log)
  if (file !== null) webhooks.resume(await file.take())
  return {
    rooms: webhooks.rooms,
    tell: (type, document) => webhooks.tell(type, document),
    close: async () => file?.keep(webhooks.close()),
  }
}
