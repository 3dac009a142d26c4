import type { Clock } from "@ligature/protocol"
import { SignJWT } from "jose"
import type { TokenInput } from "../commands/token.ts"
import { ConfigError } from "../config-error.ts"
import { readDuration, readSecret } from "./auth-config.ts"
import { readClaims } from "./token-claims.ts"

/**
 * Signs a token with the secret that the server knows.
 * @throws {ConfigError} when there is no secret, or the server would refuse the token
 */
export async function mintToken(input: TokenInput, clock: Clock): Promise<string> {
  const secret = readSecret(input)
  if (secret === null) {
    throw bad("A token is signed with a secret: give --token-secret-file, or the secret in LIGATURE_TOKEN_SECRET.")
  }
  const now = Math.floor(clock.now() / 1000)
  const claims = {
    sub: input.subject,
    doc: input.document,
    access: input.access,
    iat: now,
    exp: now + readDuration("expires", input.expires) / 1000,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.color === undefined ? {} : { color: input.color }),
    ...(input.tokenIssuer === undefined ? {} : { iss: input.tokenIssuer }),
    ...(input.tokenAudience === undefined ? {} : { aud: input.tokenAudience }),
  }
  const read = readClaims(claims)
  if (typeof read === "string") throw bad(`The server would refuse this token: ${read}.`)
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(secret)
}

function bad(sentence: string): ConfigError {
  return new ConfigError("BAD_CONFIG", sentence)
}
