import { resolve } from "node:path"
import { readAuthConfig, type AuthConfig, type AuthInput } from "./auth/auth-config.ts"
import { ConfigError } from "./config-error.ts"
import { type DocumentsConfig, type DocumentsInput, readDocumentsConfig } from "./documents/documents-config.ts"
import { isLoopback } from "./host-names.ts"
import { readLimitsConfig, type LimitsConfig, type LimitsInput } from "./limits/limits-config.ts"
import { type OperationsConfig, type OperationsInput, readOperationsConfig } from "./operations/operations-config.ts"
import { readWebhookConfig, type WebhookConfig, type WebhookInput } from "./webhooks/webhook-config.ts"

import type { CertificateFiles } from "./tls/certificate.ts"
import { readTlsConfig, type TlsInput } from "./tls/tls-config.ts"

/** What the server runs with: every value checked, nothing left to look up. */
export interface ServerConfig {
  /** 0 to 65535; 0 lets the system pick a free one. */
  readonly port: number
  readonly host: string
  /** Absolute path of the data folder. */
  readonly data: string
  /** Who may come in. */
  readonly auth: AuthConfig
  /** Where people reach the server when that is not the address it listens on (behind a proxy). Only its origin matters. */
  readonly publicUrl: URL | null
  /** Origins of other sites whose pages may open documents here, as browsers write them: `https://example.org`. */
  readonly allowedOrigins: readonly string[]
  /** Origins of the sites that may show the app in a frame. */
  readonly frameAncestors: readonly string[]
  readonly logLevel: LogLevel
  /** With what it speaks https; null for http. */
  readonly tls: CertificateFiles | null
  /** How much may come in. */
  readonly limits: LimitsConfig
  /** How the server is watched. */
  readonly operations: OperationsConfig
  /** What is done with documents. */
  readonly documents: DocumentsConfig
  /** Who is told of changes; null for nobody. */
  readonly webhooks: WebhookConfig | null
}

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** The same values as people write them: flags, environment, or an embedder's own settings. */
export interface ConfigInput extends AuthInput, LimitsInput, TlsInput, OperationsInput, WebhookInput, DocumentsInput {
  readonly port?: string | number | undefined
  readonly host?: string | undefined
  readonly data?: string | undefined
  readonly publicUrl?: string | undefined
  readonly allowedOrigins?: readonly string[] | undefined
  readonly frameAncestors?: readonly string[] | undefined
  readonly logLevel?: string | undefined
}

/** As they stand in `--help`. There is none for access: what was not said holds on loopback only. */
export const DEFAULT_CONFIG: Readonly<Record<"port" | "host" | "data" | "logLevel", string>> = {
  port: "8080",
  host: "127.0.0.1",
  data: "./data",
  logLevel: "info",
}

/** @throws {ConfigError} naming the value and what would be right */
export function readConfig(input: ConfigInput): ServerConfig {
  const host = someText("host", input.host ?? DEFAULT_CONFIG.host)
  const auth = readAuthConfig(input)
  if (input.access === undefined && !isLoopback(host)) {
    throw new ConfigError(
      "OPEN_TO_THE_NETWORK",
      `On ${host} anyone who reaches this machine and has a link could read and write; if that is what you want, say --access open.`,
    )
  }
  return {
    port: readPort(input.port ?? DEFAULT_CONFIG.port),
    host,
    data: resolve(someText("data", input.data ?? DEFAULT_CONFIG.data)),
    auth,
    publicUrl: input.publicUrl === undefined ? null : readPublicUrl(input.publicUrl),
    allowedOrigins: (input.allowedOrigins ?? []).map((value) => readOrigin("allow-origin", value)),
    frameAncestors: (input.frameAncestors ?? []).map((value) => readOrigin("frame-ancestor", value)),
    logLevel: readLogLevel(input.logLevel ?? DEFAULT_CONFIG.logLevel),
    tls: readTlsConfig(input),
    limits: readLimitsConfig(input),
    operations: readOperationsConfig(input),
    documents: readDocumentsConfig(input),
    webhooks: readWebhookConfig(input),
  }
}

function readPort(value: string | number): number {
  const port = typeof value === "number" ? value : /^\d{1,5}$/.test(value) ? Number(value) : NaN
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  throw new ConfigError("BAD_CONFIG", `The port must be a whole number from 0 to 65535, not ${JSON.stringify(value)}.`)
}

function readPublicUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url !== null && (url.protocol === "http:" || url.protocol === "https:") && url.pathname === "/") return url
  throw new ConfigError(
    "BAD_CONFIG",
    `--public-url must be an address such as https://docs.example.org without a path, not ${JSON.stringify(value)}.`,
  )
}

function readOrigin(flag: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : null
  if (url !== null && url.origin !== "null" && (value === url.origin || value === `${url.origin}/`)) return url.origin
  throw new ConfigError(
    "BAD_CONFIG",
    `--${flag} must be an origin such as https://example.org, not ${JSON.stringify(value)}.`,
  )
}

function readLogLevel(value: string): LogLevel {
  const level = LOG_LEVELS.find((known) => known === value)
  if (level !== undefined) return level
  throw new ConfigError(
    "BAD_CONFIG",
    `--log-level must be one of ${LOG_LEVELS.join(", ")}, not ${JSON.stringify(value)}.`,
  )
}

function someText(name: string, value: string): string {
  if (value.trim() !== "" && !value.includes("\0")) return value
  throw new ConfigError("BAD_CONFIG", `--${name} must not be empty.`)
}
