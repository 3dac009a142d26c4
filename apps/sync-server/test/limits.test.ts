import { readFile } from "node:fs/promises"
import { DEFAULT_ROOM_LIMITS } from "@ligature/room"
import { fakeClock } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { DEFAULT_SERVER_LIMITS, readConfig } from "../src/index.ts"
import { addressKey, clientAddress } from "../src/limits/client-address.ts"
import { allLimits } from "../src/limits/limit-table.ts"
import { limitsPage } from "../src/limits/limits-page.ts"
import { Rate } from "../src/limits/rate.ts"

describe("the table of limits", () => {
  test("has every limit there is, once, with its default and a reason", () => {
    const limits = allLimits()
    expect(new Set(limits.map(({ name }) => name)).size).toBe(limits.length)
    expect(limits.flatMap(({ of }) => ("server" in of ? [of.server] : [])).sort()).toEqual(
      Object.keys(DEFAULT_SERVER_LIMITS).sort(),
    )
    expect(limits.flatMap(({ of }) => ("document" in of ? [of.document] : [])).sort()).toEqual(
      Object.keys(DEFAULT_ROOM_LIMITS).sort(),
    )
    for (const { reason } of limits) expect(reason.length).toBeGreaterThan(10)
  })

  test("is the one in the documentation", async () => {
    const page = await readFile(new URL("../../../docs/limits.md", import.meta.url), "utf8")
    // To bring it up to date: ligature limits --markdown > docs/limits.md, and format it.
    expect(withoutAlignment(page)).toBe(withoutAlignment(limitsPage()))
  })

  test.each([
    ["headers-timeout=5s", { server: { headersTimeoutMs: 5_000 } }],
    ["connections-per-user=3", { server: { connectionsPerUser: 3 } }],
    ["frame-bytes=4MB", { documents: { frameBytes: 4 * 1024 * 1024 } }],
    ["burst-bytes=1024", { server: { burstBytes: 1024 } }],
    ["recovery=2d", { documents: { recoveryMs: 2 * 86_400_000 } }],
  ])("--limit %s", (setting, expected) => {
    expect(readConfig({ limits: [setting] }).limits).toMatchObject(expected)
  })

  test.each([
    ["frames=4", "There is no limit"],
    ["frame-bytes=4 elephants", "--limit frame-bytes must be a whole number above 0, perhaps with B, KB, MB, GB"],
    ["connections=0", "--limit connections must be a whole number above 0, not"],
    ["connections=2s", "--limit connections must be"],
    ["headers-timeout", "--limit headers-timeout must be"],
  ])("--limit %s is refused, and what would be right is said", (setting, sentence) => {
    expect(() => readConfig({ limits: [setting] })).toThrow(sentence)
  })

  test.each(["-1", "many", "17"])("--trust-proxy %s is refused", (trustProxy) => {
    expect(() => readConfig({ trustProxy })).toThrow("--trust-proxy must be the number of your proxies")
  })
})

describe("the address that is counted", () => {
  test.each([
    ["nobody is trusted: what is said of others counts for nothing", 0, from("192.0.2.1", "203.0.113.9"), "192.0.2.1"],
    ["one proxy: the last entry is its word", 1, from("127.0.0.1", "198.51.100.1, 203.0.113.9"), "203.0.113.9"],
    ["two proxies", 2, from("127.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.1"), "203.0.113.9"],
    ["somebody reached us past one of them", 2, from("192.0.2.1", "203.0.113.9"), "192.0.2.1"],
    ["somebody reached us past both of them", 2, from("192.0.2.1"), "192.0.2.1"],
    ["the entry is no address", 1, from("192.0.2.1", "<script>"), "192.0.2.1"],
    ["IPv4 over a socket of both kinds", 0, from("::ffff:192.0.2.1"), "192.0.2.1"],
    ["with a port", 1, from("127.0.0.1", "203.0.113.9:4711"), "203.0.113.9"],
    ["IPv6 with a port", 1, from("127.0.0.1", "[2001:db8::7]:4711"), "2001:db8::7"],
  ])("%s", (_story, trusted, request, address) => {
    expect(clientAddress(request, trusted)).toBe(address)
  })

  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("%s counts as %s", (address, key) => {
    expect(addressKey(address)).toBe(key)
  })
})

describe("a rate", () => {
  test("lets a burst pass, then as many as time allows, each sender by itself", () => {
    const clock = fakeClock()
    const rate = new Rate(clock, { burst: 3, perSecond: 2 })
    const allowed = (sender: string, tries: number) =>
      Array.from({ length: tries }, () => rate.allows(sender)).filter(Boolean).length
    expect(allowed("ann", 10)).toBe(3)
    expect(allowed("ben", 2)).toBe(2)
    clock.advance(1_000)
    expect(allowed("ann", 10)).toBe(2)
    clock.advance(60_000)
    expect(allowed("ann", 10)).toBe(3)
  })

  test("who hammers on does not lock themselves out for longer", () => {
    const clock = fakeClock()
    const rate = new Rate(clock, { burst: 1, perSecond: 1 })
    expect(rate.allows("ann")).toBe(true)
    for (let i = 0; i < 9; i++) {
      clock.advance(100)
      expect(rate.allows("ann")).toBe(false)
    }
    clock.advance(101)
    expect(rate.allows("ann")).toBe(true)
  })

  test("a million senders are not remembered for ever", () => {
    const clock = fakeClock()
    const rate = new Rate(clock, { burst: 2, perSecond: 1 })
    for (let sender = 0; sender < 300_000; sender++) rate.allows(String(sender))
    expect(rate.size).toBeLessThanOrEqual(100_001)
    for (let i = 0; i < 3; i++) {
      clock.advance(2_000)
      rate.allows("one")
    }
    expect(rate.size).toBeLessThan(10)
  })
})

function withoutAlignment(page: string): string {
  return page.replaceAll(/-{3,}/g, "---").replaceAll(/ +/g, " ")
}

function from(remoteAddress: string, forwarded?: string): Parameters<typeof clientAddress>[0] {
  return { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } }
}
