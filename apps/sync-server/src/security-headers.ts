/**
 * The headers of every answer. Scripts come from this server's files only, never from a page or a document; documents'
 * addresses are their keys, so no other site may learn them from a referrer.
 *
 * @param host a Host header that was found to be ours: older Safari does not count sockets as `'self'`
 * @param frameAncestors origins of the sites that may show the app in a frame; nobody may when there is none
 */
export function securityHeaders(host: string, frameAncestors: readonly string[]): Readonly<Record<string, string>> {
  return {
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      // Editors place carets and colours by style attributes; style elements stay forbidden.
      "style-src 'self'",
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self'",
      `connect-src 'self' ws://${host} wss://${host}`,
      "worker-src 'self'",
      "manifest-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
      `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(" ")}`,
      // A string never becomes HTML or a script's address by itself. ProseMirror reads what is pasted by a policy of its own,
      // into a document where nothing runs; the other one belongs to one file of the app, with a fixed list.
      "require-trusted-types-for 'script'",
      "trusted-types ProseMirrorClipboard ligature",
    ].join("; "),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    // For browsers that do not know `frame-ancestors`; it can allow nobody by name, so it has to go where somebody is.
    ...(frameAncestors.length === 0 ? { "x-frame-options": "DENY" } : {}),
  }
}
