import { createHash } from "node:crypto"

/** The server keeps no secrets of browsers: whoever reads its data folder can prove to be nobody. */
export function browserIdentity(secret: string): string {
  return `browser:${createHash("sha256").update(secret).digest("base64url")}`
}
