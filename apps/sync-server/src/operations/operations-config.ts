import { resolve } from "node:path"
import { type Command, Option } from "commander"
import { ConfigError } from "../config-error.ts"
import type { AuditRotation } from "./audit-log.ts"

/** How the server is watched, every value checked. */
export interface OperationsConfig {
  /** null: no metrics are served. */
  readonly metrics: { readonly host: string; readonly port: number } | null
  /** null: no audit log is kept. */
  readonly audit: { readonly file: string; readonly rotation: AuditRotation } | null
}

/** The same values as people write them. */
export interface OperationsInput {
  readonly metricsPort?: string | number | undefined
  readonly metricsHost?: string | undefined
  readonly auditLog?: string | undefined
  readonly auditRotate?: string | undefined
}

const DEFAULT = { metricsHost: "127.0.0.1", auditRotate: "day" } as const

export function addOperationsOptions(command: Command): void {
  command
    .addOption(
      new Option("--metrics-port <number>", "serve Prometheus metrics here, at /metrics; 0 picks a free port").env(
        "LIGATURE_METRICS_PORT",
      ),
    )
    .addOption(
      new Option("--metrics-host <address>", "on which address to serve metrics; anybody who reaches it can read them")
        .env("LIGATURE_METRICS_HOST")
        .default(DEFAULT.metricsHost),
    )
    .addOption(
      new Option(
        "--audit-log <file>",
        "append who opened, was refused, restored or removed which document, as JSON lines; fsynced some milliseconds later",
      ).env("LIGATURE_AUDIT_LOG"),
    )
    .addOption(
      new Option("--audit-rotate <day|size>", "begin a new audit log each day (UTC), or at a size such as 100MB")
        .env("LIGATURE_AUDIT_ROTATE")
        .default(DEFAULT.auditRotate),
    )
}

/** @throws {ConfigError} naming the value and what would be right */
export function readOperationsConfig(input: OperationsInput): OperationsConfig {
  return {
    metrics:
      input.metricsPort === undefined
        ? null
        : { host: input.metricsHost ?? DEFAULT.metricsHost, port: readPort(input.metricsPort) },
    audit:
      input.auditLog === undefined
        ? null
        : { file: resolve(input.auditLog), rotation: readRotation(input.auditRotate ?? DEFAULT.auditRotate) },
  }
}

function readPort(value: string | number): number {
  const port = /^\d{1,5}$/.test(String(value)) ? Number(value) : NaN
  if (port >= 0 && port <= 65535) return port
  throw new ConfigError(
    "BAD_CONFIG",
    `--metrics-port must be a whole number from 0 to 65535, not ${JSON.stringify(value)}.`,
  )
}

function readRotation(value: string): AuditRotation {
  if (value === "day") return { by: "day" }
  const [, number, unit = ""] = /^(\d{1,6})(KB|MB|GB)$/i.exec(value) ?? []
  if (number !== undefined && Number(number) > 0) {
    return { by: "size", bytes: Number(number) * (UNITS[unit.toUpperCase()] ?? 1) }
  }
  throw new ConfigError(
    "BAD_CONFIG",
    `--audit-rotate must be "day" or a size such as 100MB, not ${JSON.stringify(value)}.`,
  )
}

const UNITS: Readonly<Record<string, number>> = { KB: 1000, MB: 1_000_000, GB: 1_000_000_000 }
