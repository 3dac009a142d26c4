import { readFileSync } from "node:fs"
import { Option, type Command } from "commander"
import { ConfigError } from "../config-error.ts"

/** Where changes are told, and what the messages are signed with. */
export interface WebhookConfig {
  readonly urls: readonly URL[]
  readonly secret: Uint8Array
}

/** The same values as people write them. */
export interface WebhookInput {
  readonly webhookUrl?: readonly string[] | undefined
  /** A file with the secret. */
  readonly webhookSecretFile?: string | undefined
  /** The secret itself: from the environment alone, which not every user of the machine can read. */
  readonly webhookSecret?: string | undefined
}

/** As the Standard Webhooks write it; the rest of the text is base64. */
const SECRET_PREFIX = "whsec_"
/** The same specification asks for 24 to 64. */
const SHORTEST_SECRET = 24

/**
 * Null when nobody is to be told.
 * @throws {ConfigError} naming the value and what would be right
 */
export function readWebhookConfig(input: WebhookInput): WebhookConfig | null {
  const urls = (input.webhookUrl ?? []).map(readUrl)
  if (urls.length === 0) return null
  const text = input.webhookSecretFile === undefined ? input.webhookSecret : readText(input.webhookSecretFile)
  if (text === undefined) {
    throw bad("--webhook-url needs --webhook-secret-file: receivers have to be able to tell our messages from others'.")
  }
  const trimmed = text.trim()
  const secret = trimmed.startsWith(SECRET_PREFIX)
    ? Buffer.from(trimmed.slice(SECRET_PREFIX.length), "base64")
    : Buffer.from(trimmed)
  if (secret.length >= SHORTEST_SECRET) return { urls, secret }
  throw bad(
    `The secret for webhooks has ${secret.length} bytes; with fewer than ${SHORTEST_SECRET} it can be guessed. \`openssl rand -base64 32\` makes a good one.`,
  )
}

/** The flags of `serve` that say who is told of changes. */
export function addWebhookOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--webhook-url <url>", "where to tell of changed and deleted documents; may be repeated")
        .env("LIGATURE_WEBHOOK_URL")
        .argParser((value: string, before: readonly string[] | undefined) => [
          ...(before ?? []),
          ...value.split(/[\s,]+/).filter((part) => part !== ""),
        ]),
    )
    .addOption(
      new Option(
        "--webhook-secret-file <file>",
        "what the messages are signed with, at least 24 bytes; or the secret itself in LIGATURE_WEBHOOK_SECRET",
      ).env("LIGATURE_WEBHOOK_SECRET_FILE"),
    )
}

function readUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url !== null && (url.protocol === "https:" || url.protocol === "http:") && url.username === "") return url
  throw bad(`--webhook-url must be an address such as https://example.org/hook, not ${JSON.stringify(value)}.`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError("BAD_CONFIG", `The file of --webhook-secret-file cannot be read: ${why}.`, { cause })
  }
}

function bad(sentence: string): ConfigError {
  return new ConfigError("BAD_CONFIG", sentence)
}
