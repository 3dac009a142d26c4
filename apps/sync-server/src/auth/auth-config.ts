import { readFileSync } from "node:fs"
import type { Millis } from "@ligature/protocol"
import { Option, type Command } from "commander"
import { ConfigError } from "../config-error.ts"
import { isLoopback } from "../host-names.ts"
import type { TokenKeys } from "./token-verifier.ts"

const ACCESS_MODES = ["open", "token", "accounts"]

/** Who may come in, every value checked. */
export interface AuthConfig {
  readonly mode: "open" | "token"
  /** What tokens are signed with. In open mode, too, a token can prove who somebody is; null: there are none. */
  readonly keys: TokenKeys | null
  readonly issuer: string | null
  readonly audience: string | null
  /** A session of a cookie ends when nothing came from it for this long, */
  readonly sessionIdleMs: Millis
  /** and in any case after this long. */
  readonly sessionLongestMs: Millis
}

/** The same values as people write them. */
export interface AuthInput {
  /** Leaving it out means `open`, and then only on loopback. */
  readonly access?: string | undefined
  /** A file with the secret. */
  readonly tokenSecretFile?: string | undefined
  /** The secret itself: never from a command line, which every user of the machine can read. */
  readonly tokenSecret?: string | undefined
  /** A file, or an https address. */
  readonly tokenKeys?: string | undefined
  readonly tokenIssuer?: string | undefined
  readonly tokenAudience?: string | undefined
  readonly sessionIdle?: string | undefined
  readonly sessionLongest?: string | undefined
}

export const DEFAULT_SESSION = { idle: "2h", longest: "12h" } as const

/** @throws {ConfigError} naming the value and what would be right */
export function readAuthConfig(input: AuthInput): AuthConfig {
  const mode = readMode(input.access ?? "open")
  const keys = readKeys(input)
  if (mode === "token" && keys === null) {
    throw bad("--access token needs to know what tokens are signed with: give --token-secret-file or --token-keys.")
  }
  const audience = input.tokenAudience ?? null
  const issuer = input.tokenIssuer ?? null
  if (keys !== null && keys.kind !== "secret" && (audience === null || issuer === null)) {
    // Whoever publishes keys signs tokens for many; those for others must not open documents here.
    throw bad(
      "--token-keys needs --token-issuer and --token-audience, so that tokens made for others count for nothing.",
    )
  }
  return {
    mode,
    keys,
    issuer,
    audience,
    sessionIdleMs: readDuration("session-idle", input.sessionIdle ?? DEFAULT_SESSION.idle),
    sessionLongestMs: readDuration("session-longest", input.sessionLongest ?? DEFAULT_SESSION.longest),
  }
}

/** The flags of `serve` that say who may come in. */
export function addAuthOptions(command: Command): Command {
  return addTokenOptions(
    command.addOption(
      new Option(
        "--access <mode>",
        `who may read and write: ${ACCESS_MODES.join(", ")}. open: whoever reaches the server and has the link; beyond loopback it must be said. token: whoever brings a token that your application signed. accounts is not built yet (default: "open")`,
      ).env("LIGATURE_ACCESS"),
    ),
  )
    .addOption(
      new Option(
        "--token-keys <file or url>",
        "the public keys of whoever signs tokens (JWKS): ES256, ES384, RS256, PS256 or EdDSA; needs issuer and audience",
      ).env("LIGATURE_TOKEN_KEYS"),
    )
    .addOption(
      new Option("--session-idle <time>", "a session that a browser does not use ends after this, as in 30m, 2h, 7d")
        .env("LIGATURE_SESSION_IDLE")
        .default(DEFAULT_SESSION.idle),
    )
    .addOption(
      new Option("--session-longest <time>", "a session ends after this, however much it is used")
        .env("LIGATURE_SESSION_LONGEST")
        .default(DEFAULT_SESSION.longest),
    )
}

/** The flags that `serve` and `token` share. */
export function addTokenOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--token-secret-file <file>",
        "the secret that tokens are signed with (HS256), at least 32 bytes; or the secret itself in LIGATURE_TOKEN_SECRET",
      ).env("LIGATURE_TOKEN_SECRET_FILE"),
    )
    .addOption(new Option("--token-issuer <text>", "what iss in a token must be").env("LIGATURE_TOKEN_ISSUER"))
    .addOption(
      new Option("--token-audience <text>", "what aud in a token must be, or contain").env("LIGATURE_TOKEN_AUDIENCE"),
    )
}

function readMode(value: string): AuthConfig["mode"] {
  if (value === "open" || value === "token") return value
  if (value === "accounts") {
    throw new ConfigError("NOT_BUILT_YET", "--access accounts is not built yet; say --access open or --access token.")
  }
  throw bad(`--access must be one of ${ACCESS_MODES.join(", ")}, not ${JSON.stringify(value)}.`)
}

function readKeys(input: AuthInput): TokenKeys | null {
  const given = [input.tokenSecretFile, input.tokenSecret, input.tokenKeys].filter((value) => value !== undefined)
  if (given.length > 1) {
    throw bad(
      "Tokens are signed with one thing: say --token-secret-file, LIGATURE_TOKEN_SECRET or --token-keys, one of them.",
    )
  }
  if (input.tokenKeys !== undefined) return readPublicKeys(input.tokenKeys)
  const secret = readSecret(input)
  return secret === null ? null : { kind: "secret", secret }
}

/** The secret of a file or of the environment; null if there is none. */
export function readSecret(input: Pick<AuthInput, "tokenSecret" | "tokenSecretFile">): Uint8Array | null {
  const { tokenSecret, tokenSecretFile } = input
  const text = tokenSecretFile === undefined ? tokenSecret : readText("token-secret-file", tokenSecretFile)
  if (text === undefined) return null
  // Editors end files with a newline, which nobody means.
  const secret = Buffer.from(text.replace(/\r?\n$/, ""))
  if (secret.length >= SHORTEST_SECRET) return secret
  throw bad(
    `The secret for tokens has ${secret.length} bytes; with fewer than ${SHORTEST_SECRET} it can be guessed. \`openssl rand -base64 32\` makes a good one.`,
  )
}

function readPublicKeys(value: string): TokenKeys {
  if (/^https?:/i.test(value)) {
    const url = URL.canParse(value) ? new URL(value) : null
    if (url !== null && (url.protocol === "https:" || isLoopback(url.hostname))) return { kind: "url", url }
    throw bad(`--token-keys must be a file or an https address, not ${JSON.stringify(value)}.`)
  }
  const text = readText("token-keys", value)
  const keys = keysIn(text)
  if (keys !== null) return { kind: "keys", keys: { keys } }
  throw bad(`The file ${value} of --token-keys holds no set of public keys: {"keys": [{"kty": …}, …]}.`)
}

/** The public keys in a JWKS. With a secret or a private key (RFC 7518, 6) in it, it was not made for publishing. */
function keysIn(text: string): { kty: string }[] | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return null
  }
  if (typeof parsed !== "object" || parsed === null || !("keys" in parsed) || !Array.isArray(parsed.keys)) return null
  const keys: unknown[] = parsed.keys
  return keys.length > 0 && keys.every(isPublicKey) ? keys : null
}

function isPublicKey(key: unknown): key is { kty: string } {
  if (typeof key !== "object" || key === null || !("kty" in key)) return false
  return ["EC", "RSA", "OKP"].includes(String(key.kty)) && !("d" in key)
}

function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError("BAD_CONFIG", `The file of --${flag} cannot be read: ${why}.`, { cause })
  }
}

export function readDuration(flag: string, value: string): Millis {
  const [, count, unit = ""] = /^([1-9]\d{0,3})([mhd])$/.exec(value) ?? []
  const ms = UNITS.get(unit)
  if (count !== undefined && ms !== undefined) return Number(count) * ms
  throw bad(`--${flag} must be a time such as 30m, 2h or 7d, not ${JSON.stringify(value)}.`)
}

const UNITS = new Map([
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
])
/** RFC 7518, 3.2: as long as what HS256 makes of it. */
const SHORTEST_SECRET = 32

function bad(sentence: string): ConfigError {
  return new ConfigError("BAD_CONFIG", sentence)
}

/** Whoever has the name of a document may write in it. */
export const DEFAULT_AUTH_CONFIG: AuthConfig = readAuthConfig({})
