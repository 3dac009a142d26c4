import type { RoomLimits } from "@ligature/room"
import { type Command, Option } from "commander"
import { ConfigError } from "../config-error.ts"
import type { ServerLimits } from "../server-limits.ts"
import { allLimits } from "./limit-table.ts"
import { readLimitValue } from "./limit-values.ts"

/** How much may come in, where that differs from the defaults. */
export interface LimitsConfig {
  readonly server: Partial<ServerLimits>
  readonly documents: Partial<RoomLimits>
  /** How many proxies of the host's own stand before the server. */
  readonly trustedProxies: number
}

/** The same values as people write them. */
export interface LimitsInput {
  /** Each as `name=value`; `ligature limits` lists them. */
  readonly limits?: readonly string[] | undefined
  readonly trustProxy?: string | number | undefined
}

/** The flags of `ligature serve`. */
export function addLimitOptions(serve: Command): void {
  serve
    .addOption(
      new Option("--limit <name=value>", "another value for a limit (see `ligature limits`); may be repeated")
        .env("LIGATURE_LIMITS")
        .argParser((value: string, before: readonly string[] | undefined) => [
          ...(before ?? []),
          ...value.split(/[\s,]+/).filter((part) => part !== ""),
        ]),
    )
    .addOption(
      new Option(
        "--trust-proxy <hops>",
        "how many proxies of yours stand before the server: so many entries of X-Forwarded-For are believed",
      )
        .env("LIGATURE_TRUST_PROXY")
        .default("0"),
    )
}

/** @throws {ConfigError} naming the value and what would be right */
export function readLimitsConfig(input: LimitsInput): LimitsConfig {
  const server: { -readonly [K in keyof ServerLimits]?: number } = {}
  const documents: { -readonly [K in keyof RoomLimits]?: number } = {}
  const table = input.limits === undefined ? [] : allLimits()
  for (const setting of input.limits ?? []) {
    const [name = "", ...value] = setting.split("=")
    const limit = table.find((known) => known.name === name)
    if (limit === undefined) {
      throw new ConfigError(
        "BAD_CONFIG",
        `There is no limit ${JSON.stringify(name)}; \`ligature limits\` lists them all.`,
      )
    }
    const number = readLimitValue(limit, value.join("="))
    if ("server" in limit.of) server[limit.of.server] = number
    else documents[limit.of.document] = number
  }
  return { server, documents, trustedProxies: readHops(input.trustProxy ?? 0) }
}

function readHops(value: string | number): number {
  const hops = typeof value === "number" ? value : /^\d{1,2}$/.test(value) ? Number(value) : NaN
  if (Number.isInteger(hops) && hops >= 0 && hops <= 16) return hops
  throw new ConfigError(
    "BAD_CONFIG",
    `--trust-proxy must be the number of your proxies, from 0 to 16, not ${JSON.stringify(value)}.`,
  )
}
