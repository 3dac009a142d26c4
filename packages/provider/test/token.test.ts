import { expect, test } from "vitest"
import { renewalTime } from "../src/token.ts"

const NOW = 1_700_000_000_000

function tokenWith(claims: object): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.signature`
}

test.each<[string, string, number | null]>([
  ["an hour left: a minute before", tokenWith({ exp: NOW / 1000 + 3600 }), 3_540_000],
  ["a minute left: at half time", tokenWith({ exp: NOW / 1000 + 60 }), 30_000],
  ["expired: the server will say so", tokenWith({ exp: NOW / 1000 - 1 }), null],
  ["a century left: as long as a timer can wait", tokenWith({ exp: NOW / 1000 + 3.2e9 }), 2 ** 31 - 1],
  ["no expiry", tokenWith({ sub: "ada" }), null],
  ["an expiry that is no number", tokenWith({ exp: "soon" }), null],
  ["an opaque token", "opaque", null],
  ["dots, but no JWT", "a.b.c", null],
  ["a payload that is no object", `e30.${Buffer.from("null").toString("base64url")}.x`, null],
])("%s", (_, token, wait) => {
  expect(renewalTime(token, NOW)).toBe(wait)
})
