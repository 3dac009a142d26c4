import { afterEach, expect, test, vi } from "vitest"
import { browserSecret } from "../src/browser-secret.ts"
import { freshBrowser, openTab, reaches, startServer } from "./harness.ts"

afterEach(() => vi.unstubAllGlobals())

let servers = 0
const server = (): string => `https://host-${++servers}/sync`

function fail(): never {
  throw new DOMException("denied", "SecurityError")
}

/** A localStorage of its own, which may be full or denied. */
function storage(fails: "never" | "on write" | "always" = "never") {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key: string) => (fails === "always" ? fail() : (items.get(key) ?? null)),
    setItem: (key: string, value: string) => (fails === "never" ? items.set(key, value) : fail()),
  }
}

test("a secret is made once for each server, and kept", () => {
  const local = storage()
  vi.stubGlobal("localStorage", local)
  const [here, there] = [server(), server()]
  const secret = browserSecret(here)
  expect(secret).toMatch(/^[0-9a-f]{32}$/)
  expect(browserSecret(here)).toBe(secret)
  expect(browserSecret(there)).not.toBe(secret)
  expect([...local.items.values()]).toEqual([secret, browserSecret(there)])
})

test("what another page left in its place is not taken for a secret", () => {
  const local = storage()
  vi.stubGlobal("localStorage", local)
  const here = server()
  local.items.set(`ligature.browser-secret:${new URL(here).origin}`, "nonsense")
  expect(browserSecret(here)).toMatch(/^[0-9a-f]{32}$/)
})

test.each(["on write", "always"] as const)(
  "where localStorage fails %s, a secret lasts as long as the page",
  (fails) => {
    vi.stubGlobal("localStorage", storage(fails))
    const here = server()
    const secret = browserSecret(here)
    expect(secret).toMatch(/^[0-9a-f]{32}$/)
    expect(browserSecret(here)).toBe(secret)
  },
)

test("a local copy is sent under the secret it was written under, whatever became of localStorage", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const key = { server: `http${server.url.slice(2)}/sync`, subject: "", document: "plan" }
  const secret = "0123456789abcdef0123456789abcdef"
  await browser.write(key, { updates: [], made: [], saved: [], facts: { secret } })
  const tab = openTab(server, browser)
  await reaches(tab, "saved")
  expect(server.last.browserSecret).toBe(secret)
})
