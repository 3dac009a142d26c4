import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fakeClock } from "@ligature/testing"
import { exportJWK, generateKeyPair } from "jose"
import { describe, expect, test } from "vitest"
import { readAuthConfig, type AuthInput } from "../../src/auth/auth-config.ts"
import { mintToken } from "../../src/auth/mint-token.ts"
import { tokenVerifier } from "../../src/auth/token-verifier.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { SECRET } from "./guarded-server.ts"

test("without a word access is open, and nobody can sign in", () => {
  expect(readAuthConfig({})).toEqual({
    mode: "open",
    keys: null,
    issuer: null,
    audience: null,
    sessionIdleMs: 2 * 3_600_000,
    sessionLongestMs: 12 * 3_600_000,
  })
})

test("a secret comes from a file, less the line end that editors add", async () => {
  await using folder = await temporaryFolder()
  const tokenSecretFile = join(folder.path, "secret")
  await writeFile(tokenSecretFile, `${SECRET}\n`)
  expect(readAuthConfig({ access: "token", tokenSecretFile }).keys).toEqual(
    readAuthConfig({ access: "token", tokenSecret: SECRET }).keys,
  )
})

test("public keys come from a file, or later from an address", async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, "keys.json")
  const { publicKey } = await generateKeyPair("ES256")
  await writeFile(file, JSON.stringify({ keys: [await exportJWK(publicKey)] }))
  const named = { access: "token", tokenIssuer: "https://id.example", tokenAudience: "ligature" }
  expect(readAuthConfig({ ...named, tokenKeys: file })).toMatchObject({ keys: { kind: "keys" }, audience: "ligature" })
  const url = "https://id.example/jwks.json"
  expect(readAuthConfig({ ...named, tokenKeys: url }).keys).toEqual({ kind: "url", url: new URL(url) })
})

describe("refused, with a sentence that says what to do", () => {
  const named = { access: "token", tokenIssuer: "https://id.example", tokenAudience: "ligature" }
  test.each<[what: string, input: AuthInput, sentence: RegExp]>([
    ["tokens without anything to sign with", { access: "token" }, /give --token-secret-file or --token-keys/],
    ["a secret that can be guessed", { access: "token", tokenSecret: "hunter2" }, /has 7 bytes.*openssl rand/],
    [
      "a file that is not there",
      { access: "token", tokenSecretFile: "/no/such/file" },
      /token-secret-file cannot be read/,
    ],
    ["two things to sign with", { access: "token", tokenSecret: SECRET, tokenKeys: "x" }, /one of them/],
    [
      "keys for all the world",
      { access: "token", tokenKeys: "https://id.example" },
      /needs --token-issuer and --token-audience/,
    ],
    [
      "keys that anybody on the way can change",
      { ...named, tokenKeys: "http://id.example" },
      /a file or an https address/,
    ],
    ["keys that are none", { ...named, tokenKeys: import.meta.filename }, /holds no set of public keys/],
    ["a time without a unit", { sessionIdle: "30" }, /--session-idle must be a time such as 30m/],
    ["no time", { sessionLongest: "0h" }, /--session-longest must be a time/],
  ])("%s", (_what, input, sentence) => {
    expect(() => readAuthConfig(input)).toThrow(expect.objectContaining({ code: "BAD_CONFIG" }))
    expect(() => readAuthConfig(input)).toThrow(sentence)
  })

  test("a file of keys with a secret among them", async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, "keys.json")
    await writeFile(file, JSON.stringify({ keys: [{ kty: "oct", k: Buffer.from(SECRET).toString("base64url") }] }))
    expect(() => readAuthConfig({ ...named, tokenKeys: file })).toThrow(/holds no set of public keys/)
  })

  test("a file of keys with a private one among them", async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, "keys.json")
    const { privateKey } = await generateKeyPair("ES256", { extractable: true })
    await writeFile(file, JSON.stringify({ keys: [await exportJWK(privateKey)] }))
    expect(() => readAuthConfig({ ...named, tokenKeys: file })).toThrow(/holds no set of public keys/)
  })
})

describe("ligature token", () => {
  const clock = fakeClock()
  const ann = { subject: "ann", document: "team/*", access: "write", expires: "30m", tokenSecret: SECRET }

  test("signs what the server with the same flags believes", async () => {
    const asked = { name: "Ann", color: "#1a2b3c", tokenIssuer: "me", tokenAudience: "ligature" }
    const token = await mintToken({ ...ann, ...asked }, clock)
    const { keys, issuer, audience } = readAuthConfig({ access: "token", tokenSecret: SECRET, ...asked })
    if (keys === null) throw new Error("there are no keys")
    expect(await tokenVerifier({ keys, issuer, audience, clock }).verify(token)).toEqual({
      claims: {
        subject: "ann",
        user: { id: "ann", name: "Ann", color: "#1a2b3c" },
        grant: { documents: ["team/*"], access: "write" },
        expires: clock.now() + 1_800_000,
      },
    })
  })

  test.each<[what: string, change: object, sentence: RegExp]>([
    ["without a secret", { tokenSecret: undefined }, /give --token-secret-file/],
    ["for an access that does not exist", { access: "everything" }, /would refuse this token: access is not/],
    ["for nobody", { subject: "" }, /would refuse this token: sub/],
    ["for ever", { expires: "ever" }, /--expires must be a time/],
  ])("%s says why not", async (_what, change, sentence) => {
    await expect(mintToken({ ...ann, ...change }, clock)).rejects.toThrow(sentence)
  })
})
