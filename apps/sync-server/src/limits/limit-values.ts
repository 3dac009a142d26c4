import { ConfigError } from "../config-error.ts"
import type { Limit } from "./limit-table.ts"

const BYTES: Readonly<Record<string, number>> = { "": 1, B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }
const TIMES: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A value as people write it: `500`, `16MB`, `10s`, `2min`.
 * @throws {ConfigError} saying what would be right
 */
export function readLimitValue(limit: Limit, text: string): number {
  const units = unitsOf(limit)
  const [, digits = "", suffix = ""] = /^(\d{1,15})\s*([A-Za-z]*)$/.exec(text.trim()) ?? []
  const factor = units[suffix] ?? units[suffix.toUpperCase()] ?? units[suffix.toLowerCase()]
  const value = Number(digits) * (factor ?? NaN)
  if (digits !== "" && Number.isSafeInteger(value) && value > 0) return value
  const allowed = Object.keys(units).filter((unit) => unit !== "")
  throw new ConfigError(
    "BAD_CONFIG",
    `--limit ${limit.name} must be a whole number above 0${allowed.length === 0 ? "" : `, perhaps with ${allowed.join(", ")}`}, not ${JSON.stringify(text)}.`,
  )
}

/** `16777216` bytes as `16 MB`, where nothing is lost by it. */
export function showLimitValue(limit: Limit): string {
  const units = Object.entries(unitsOf(limit)).toReversed()
  const [unit, factor] = units.find(
    ([name, size]) => name !== "" && limit.value % size === 0 && limit.value >= size,
  ) ?? ["", 1]
  const number = (limit.value / factor).toLocaleString("en")
  const rest = limit.unit.replace(/^bytes|^ms/, "").trim()
  return [number, unit === "" ? limit.unit : `${unit}${rest === "" ? "" : ` ${rest}`}`].join(" ")
}

function unitsOf({ unit }: Limit): Readonly<Record<string, number>> {
  if (unit.startsWith("bytes")) return BYTES
  return unit === "ms" ? TIMES : { "": 1 }
}
