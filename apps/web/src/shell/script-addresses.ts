/**
 * The only scripts that this page loads by an address: a fixed list. The server forbids every other one, and every string that would
 * become HTML (Trusted Types, https://www.w3.org/TR/trusted-types/): a hole in any library then throws instead of running.
 */
const SCRIPTS: ReadonlySet<string> = new Set(["/service-worker.js"])

declare global {
  interface Window {
    /** Only in browsers with Trusted Types; the others take plain strings. */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createScriptURL(address: string): string },
      ): { createScriptURL(address: string): string }
    }
  }
}

// The server names the policy in its Content-Security-Policy, so nobody else can make one like it: names are given once.
const policy = window.trustedTypes?.createPolicy("ligature", { createScriptURL: known })

/**
 * The address in the form that this browser takes: a `TrustedScriptURL` where there is such a thing, which passes for a string.
 * @throws {TypeError} for an address that is not on the list
 */
export function scriptAddress(address: string): string {
  return policy === undefined ? known(address) : policy.createScriptURL(address)
}

function known(address: string): string {
  if (SCRIPTS.has(address)) return address
  throw new TypeError(`${address} is no script of this app`)
}
