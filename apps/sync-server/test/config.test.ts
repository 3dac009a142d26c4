import { isAbsolute } from "node:path"
import { expect, test } from "vitest"
import { ConfigError } from "../src/config-error.ts"
import { readConfig, type ConfigInput } from "../src/config.ts"

test("nothing said: open, on loopback, port 8080, in ./data", () => {
  const config = readConfig({})
  expect(config).toMatchObject({
    port: 8080,
    host: "127.0.0.1",
    auth: { mode: "open", keys: null },
    publicUrl: null,
    allowedOrigins: [],
  })
  expect(isAbsolute(config.data)).toBe(true)
})

test("beyond loopback, open has to be said", () => {
  expect(codeOf({ host: "0.0.0.0" })).toBe("OPEN_TO_THE_NETWORK")
  expect(readConfig({ host: "0.0.0.0", access: "open" }).host).toBe("0.0.0.0")
})

test.each<[ConfigInput, string]>([
  [{ port: "http" }, "BAD_CONFIG"],
  [{ port: "65536" }, "BAD_CONFIG"],
  [{ port: "-1" }, "BAD_CONFIG"],
  [{ port: "1e3" }, "BAD_CONFIG"],
  [{ port: "" }, "BAD_CONFIG"],
  [{ port: 80.5 }, "BAD_CONFIG"],
  [{ host: " " }, "BAD_CONFIG"],
  [{ data: "" }, "BAD_CONFIG"],
  [{ access: "everyone" }, "BAD_CONFIG"],
  [{ access: "token" }, "BAD_CONFIG"],
  [{ access: "accounts" }, "NOT_BUILT_YET"],
  [{ publicUrl: "docs.example.org" }, "BAD_CONFIG"],
  [{ publicUrl: "ftp://docs.example.org" }, "BAD_CONFIG"],
  [{ publicUrl: "https://docs.example.org/path" }, "BAD_CONFIG"],
  [{ allowedOrigins: ["https://example.org", "*"] }, "BAD_CONFIG"],
  [{ frameAncestors: ["*"] }, "BAD_CONFIG"],
  [{ frameAncestors: ["https://example.org; script-src *"] }, "BAD_CONFIG"],
  [{ allowedOrigins: ["https://example.org/page"] }, "BAD_CONFIG"],
  [{ logLevel: "loud" }, "BAD_CONFIG"],
])("%j is refused", (input, code) => {
  expect(codeOf(input)).toBe(code)
})

function codeOf(input: ConfigInput): string {
  try {
    readConfig(input)
  } catch (error) {
    if (error instanceof ConfigError) return error.code
    throw error
  }
  return "accepted"
}
