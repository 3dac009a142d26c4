import { createServer } from "node:http"
import { fakeClock } from "@ligature/testing"
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from "jose"
import { describe, expect, test } from "vitest"
import { tokenVerifier, type TokenKeys } from "../../src/auth/token-verifier.ts"
import { listenAnywhere } from "../free-port.ts"
import { SECRET, tokenFor, type TestClaims } from "./guarded-server.ts"

const clock = fakeClock()
const NOW = Math.floor(clock.now() / 1000)
const secret: TokenKeys = { kind: "secret", secret: new TextEncoder().encode(SECRET) }
const verifier = tokenVerifier({ keys: secret, issuer: null, audience: null, clock })
const LATER = NOW + 3600
const CLAIMS = { sub: "ann", doc: "minutes", access: "write", exp: LATER }

test("a token says who it is for, what they may do where, and until when", async () => {
  const token = await tokenFor(clock, { name: "Ann", color: "#1a2b3c", doc: ["minutes", "team/*"], access: "comment" })
  expect(await verifier.verify(token)).toEqual({
    claims: {
      subject: "ann",
      user: { id: "ann", name: "Ann", color: "#1a2b3c" },
      grant: { documents: ["minutes", "team/*"], access: "comment" },
      expires: LATER * 1000,
    },
  })
})

test("without a name others see the subject, not what the client says", async () => {
  expect(await verifier.verify(await tokenFor(clock, { name: " ", color: "red" }))).toMatchObject({
    claims: { user: { id: "ann", name: "ann" } },
  })
})

describe("a token is refused", () => {
  test.each<[why: string, claims: TestClaims]>([
    ["that is over", { endsIn: 0 }],
    ["that was over a second ago, whatever the skew", { endsIn: -1 }],
    ["that begins in more than a minute", { beginsIn: 61 }],
    ["for nobody", { sub: "" }],
    ["for a subject of 201 bytes", { sub: "s".repeat(201) }],
    ["for a subject with a line end", { sub: "ann\nbob" }],
    ["for no document", { doc: [] }],
    ["for a document that is no text", { doc: 7 }],
    ["for a list with something else in it", { doc: ["minutes", { prefix: "" }] }],
    ["for 101 documents", { doc: Array.from({ length: 101 }, (_, index) => `d${index}`) }],
    ["with an access that does not exist", { access: "owner" }],
    ["with no access", { access: "none" }],
    ["with a list of accesses", { access: ["write"] }],
    ["longer than 4 KB", { name: "n".repeat(4096) }],
  ])("%s", async (_why, claims) => {
    expect(await verifier.verify(await tokenFor(clock, claims))).toMatchObject({
      claims: null,
      failure: "sign-in-again",
    })
  })

  test.each<[why: string, token: () => Promise<string> | string]>([
    ["that is no token", () => "minutes"],
    ["that is nothing", () => ""],
    ["without a signature", () => new UnsecuredJWT(CLAIMS).encode()],
    ["without an end", () => signed({ sub: "ann", doc: "minutes", access: "write" })],
    ["without a subject", () => signed({ doc: "minutes", access: "write", exp: LATER })],
    ["signed with another secret", () => signed(CLAIMS, "another secret of more than 32 bytes")],
    ["signed with a longer hash of the same secret", () => signed(CLAIMS, SECRET, "HS512")],
    ["whose end is text", () => signed({ ...CLAIMS, exp: String(LATER) })],
    ["that was changed", async () => (await signed(CLAIMS)).replace(/\..{4}/, ".AAAA")],
  ])("%s", async (_why, token) => {
    expect(await verifier.verify(await token())).toMatchObject({ claims: null, failure: "sign-in-again" })
  })
})

test("one that begins within a minute is taken: clocks differ", async () => {
  expect(await verifier.verify(await tokenFor(clock, { beginsIn: 59 }))).toMatchObject({ claims: { subject: "ann" } })
})

test("what is logged about a refused token holds nothing of it", async () => {
  const token = await tokenFor(clock, { endsIn: -1, name: "Ann of the secret garden" })
  const refused = await verifier.verify(token)
  expect(refused).toMatchObject({ claims: null, detail: expect.any(String) })
  for (const part of token.split(".")) expect(JSON.stringify(refused)).not.toContain(part)
  expect(JSON.stringify(refused)).not.toContain("garden")
})

describe("with issuer and audience", () => {
  const picky = tokenVerifier({ keys: secret, issuer: "https://app.example", audience: "ligature", clock })
  test.each<[claims: TestClaims, isGood: boolean]>([
    [{ iss: "https://app.example", aud: "ligature" }, true],
    [{ iss: "https://app.example", aud: "wiki" }, false],
    [{ iss: "https://app.example" }, false],
    [{ iss: "https://other.example", aud: "ligature" }, false],
    [{ aud: "ligature" }, false],
  ])("%j: %s", async (claims, isGood) => {
    expect((await picky.verify(await tokenFor(clock, claims))).claims !== null).toBe(isGood)
  })
})

describe("with public keys", () => {
  test.each(["ES256", "ES384", "RS256", "PS256", "EdDSA"])("%s is taken", async (alg) => {
    const { token, keys } = await signedWithNewKey(alg)
    expect(await withKeys(keys).verify(token)).toMatchObject({ claims: { subject: "ann" } })
  })

  test("a token of a key that is not among them is refused", async () => {
    const { keys } = await signedWithNewKey("ES256")
    const { token } = await signedWithNewKey("ES256")
    expect(await withKeys(keys).verify(token)).toMatchObject({ failure: "sign-in-again" })
  })

  test("a public key is no secret: what was signed with its text by HMAC is refused", async () => {
    const { keys, publicKey } = await signedWithNewKey("RS256")
    for (const text of [JSON.stringify(publicKey), String(publicKey.n)]) {
      const forged = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg: "HS256", kid: "one" })
        .sign(new TextEncoder().encode(text))
      expect(await withKeys(keys).verify(forged)).toMatchObject({ failure: "sign-in-again" })
    }
  })

  test("a secret among the keys signs nothing", async () => {
    const shared = { kty: "oct", kid: "one", k: Buffer.from(SECRET).toString("base64url") }
    expect(await withKeys([shared]).verify(await signed(CLAIMS, SECRET, "HS256", "one"))).toMatchObject({
      failure: "sign-in-again",
    })
  })

  test("a key that the token itself brings along counts for nothing", async () => {
    const { keys } = await signedWithNewKey("ES256")
    const { privateKey, publicKey } = await generateKeyPair("ES256")
    const jwk = await exportJWK(publicKey)
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: "ES256", kid: "one", jwk }).sign(privateKey)
    expect(await withKeys(keys).verify(token)).toMatchObject({ failure: "sign-in-again" })
  })

  test("keys are fetched when they are needed; while they cannot be, that is not the token's fault", async () => {
    const { token, keys } = await signedWithNewKey("ES256")
    let isUp = false
    const server = createServer((_request, answer) => {
      answer.statusCode = isUp ? 200 : 500
      answer.setHeader("content-type", "application/json").end(JSON.stringify({ keys }))
    })
    const url = new URL(`http://127.0.0.1:${await listenAnywhere(server)}/keys`)
    const fetching = tokenVerifier({ keys: { kind: "url", url }, issuer: null, audience: null, clock })
    expect(await fetching.verify(token)).toMatchObject({ failure: "unavailable" })
    isUp = true
    expect(await fetching.verify(token)).toMatchObject({ claims: { subject: "ann" } })
    server.closeAllConnections()
    server.close()
    expect(await fetching.verify(token)).toMatchObject({ claims: { subject: "ann" } })
    const nowhere = tokenVerifier({ keys: { kind: "url", url }, issuer: null, audience: null, clock })
    expect(await nowhere.verify(token)).toMatchObject({ failure: "unavailable" })
  })
})

function signed(claims: object, key: string = SECRET, alg = "HS256", kid?: string): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader(kid === undefined ? { alg } : { alg, kid })
    .sign(new TextEncoder().encode(key))
}

async function signedWithNewKey(alg: string): Promise<{ token: string; keys: JWK[]; publicKey: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg)
  const jwk = { ...(await exportJWK(publicKey)), kid: "one", alg }
  const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg, kid: "one" }).sign(privateKey)
  return { token, keys: [jwk], publicKey: jwk }
}

function withKeys(keys: JWK[]): ReturnType<typeof tokenVerifier> {
  return tokenVerifier({
    keys: { kind: "keys", keys: { keys: keys.map((key) => ({ kty: "", ...key })) } },
    issuer: null,
    audience: null,
    clock,
  })
}
