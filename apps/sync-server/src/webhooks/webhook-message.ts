import { createHmac, randomBytes } from "node:crypto"
import type { Millis } from "@ligature/protocol"

/** What happened to a document since it was told last. */
export interface DocumentNews {
  readonly type: "document.changed" | "document.deleted" | "document.restored"
  readonly document: string
  /** The first and the last moment of what is told. */
  readonly from: Millis
  readonly to: Millis
  /** Updates and their bytes; 0 for what is no change of content. */
  readonly updates: number
  readonly bytes: number
}

/** News of one kind about one document, told as one: whoever hears of them looks the document up anyway. */
export function joinNews(earlier: DocumentNews, later: DocumentNews): DocumentNews {
  return {
    ...later,
    from: earlier.from,
    updates: earlier.updates + later.updates,
    bytes: earlier.bytes + later.bytes,
  }
}

export interface WebhookMessage {
  /** The same for every attempt: receivers drop what they have already. */
  readonly id: string
  readonly body: string
}

export function messageOf(news: DocumentNews): WebhookMessage {
  const { type, document, from, to, updates, bytes } = news
  const data = { document, from: iso(from), to: iso(to), ...(type === "document.changed" ? { updates, bytes } : {}) }
  return {
    id: `msg_${randomBytes(16).toString("base64url")}`,
    body: JSON.stringify({ type, timestamp: iso(to), data }),
  }
}

/** The headers of one attempt, signed as the Standard Webhooks have it (https://www.standardwebhooks.com): id, time and body, HMAC-SHA256. */
export function signedHeaders(message: WebhookMessage, secret: Uint8Array, now: Millis): Record<string, string> {
  const time = String(Math.floor(now / 1000))
  const signature = createHmac("sha256", secret).update(`${message.id}.${time}.${message.body}`).digest("base64")
  return {
    "content-type": "application/json",
    "user-agent": "Ligature",
    "webhook-id": message.id,
    "webhook-timestamp": time,
    "webhook-signature": `v1,${signature}`,
  }
}

function iso(time: Millis): string {
  return new Date(time).toISOString()
}
