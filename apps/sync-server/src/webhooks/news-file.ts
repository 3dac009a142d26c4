import { readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { ServerLog } from "../server-log.ts"
import type { DocumentNews } from "./webhook-message.ts"

/** News of an orderly stop that no receiver has taken yet, in the data folder until the next start. */
export interface NewsFile {
  /** Takes what the last stop left out of the folder. Never rejects. */
  take(): Promise<DocumentNews[][]>
  /** Never rejects: at worst receivers miss the last changes, and see them by the times in the list of documents. */
  keep(left: readonly (readonly DocumentNews[])[]): Promise<void>
}

export function newsFile(data: string, log: ServerLog): NewsFile {
  const file = join(data, "webhooks.json")
  return {
    async take() {
      try {
        const text = await readFile(file, "utf8")
        await rm(file)
        return listsIn(JSON.parse(text))
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return []
        log.warn({ err: error }, "webhooks of before the last stop could not be taken up")
        return []
      }
    },
    async keep(left) {
      if (left.every((news) => news.length === 0)) return
      try {
        await writeFile(file, JSON.stringify(left), { mode: 0o600 })
      } catch (error) {
        log.warn({ err: error }, "webhooks that were not taken could not be kept for the next start")
      }
    },
  }
}

function listsIn(parsed: unknown): DocumentNews[][] {
  if (!Array.isArray(parsed)) throw new TypeError("webhooks.json holds no list")
  return parsed.map((list: unknown) => (Array.isArray(list) ? list.filter(isNews) : []))
}

function isNews(value: unknown): value is DocumentNews {
  return (
    typeof value === "object" &&
    value !== null &&
    "type" in value &&
    (value.type === "document.changed" || value.type === "document.deleted" || value.type === "document.restored") &&
    "document" in value &&
    typeof value.document === "string" &&
    ["from", "to", "updates", "bytes"].every((key) => typeof Reflect.get(value, key) === "number")
  )
}
