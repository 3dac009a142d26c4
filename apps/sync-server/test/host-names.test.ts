import { expect, test } from "vitest"
import { hostNames, isLoopback } from "../src/host-names.ts"

const hosts = hostNames({
  publicUrl: new URL("https://docs.example.org"),
  boundTo: "127.0.0.1",
  allowedOrigins: ["https://blog.example.org"],
})

test.each([
  ["no Origin: no browser", undefined, "127.0.0.1:8080"],
  ["the page of the address itself", "http://127.0.0.1:8080", "127.0.0.1:8080"],
  ["localhost by any port", "http://localhost:9000", "localhost:9000"],
  ["the public URL", "https://docs.example.org", "docs.example.org"],
  ["the public URL, whatever the proxy calls us", "https://docs.example.org", "10.0.0.7:8080"],
  ["a site that was allowed", "https://blog.example.org", "127.0.0.1:8080"],
])("%s may open documents", (_why, origin, host) => {
  expect(hosts.allowsOrigin(origin, host)).toBe(true)
})

test.each([
  ["another site", "https://evil.example", "127.0.0.1:8080"],
  ["another port of this machine", "http://127.0.0.1:3000", "127.0.0.1:8080"],
  ["a stranger's name that leads here", "http://evil.example:8080", "evil.example:8080"],
  ["a page without an origin", "null", "127.0.0.1:8080"],
  ["the public URL without TLS", "http://docs.example.org", "127.0.0.1:8080"],
  ["nonsense", "http://", "127.0.0.1:8080"],
])("%s may not", (_why, origin, host) => {
  expect(hosts.allowsOrigin(origin, host)).toBe(false)
})

test("loopback is what only this machine reaches", () => {
  for (const host of ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"]) expect(isLoopback(host)).toBe(true)
  for (const host of ["0.0.0.0", "::", "192.168.1.20", "docs.example.org", "127.evil.example"]) {
    expect(isLoopback(host)).toBe(false)
  }
})
