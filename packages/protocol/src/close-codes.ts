/** What a client does after a close. */
export type RetryRule =
  /** Coming back changes nothing until a person or the application does something. */
  | "never"
  /** Come back with growing, jittered delays, soon at first. */
  | "backoff"
  /** Come back, but not within half a minute. */
  | "later"

/**
 * Numbers a socket is closed with. 4400 to 4499 are permanent, 4500 to 4599 transient: y-websocket 3.1 stops by that range,
 * so a code must never move across it. The rest are RFC 6455's own.
 */
export const CLOSE = {
  /** Done; the closing side leaves on purpose. */
  normal: 1000,
  /** The page or the server goes away. */
  goingAway: 1001,
  /** A text frame came; the protocol is binary. */
  unsupportedData: 1003,
  /** Never sent: the socket ended without a close. */
  abnormal: 1006,
  /** Text that is no UTF-8. */
  invalidText: 1007,
  /** A frame larger than this session may send at this point. */
  frameTooBig: 1009,
  /** The server failed at something it did not expect. */
  serverError: 1011,
  /** The server restarts. */
  restart: 1012,
  /** The server has no room at the moment. */
  later: 1013,
  /** 4401: no credential, or one that no longer holds. */
  signInAgain: 4401,
  /** 4403: the credential is good and does not reach this document. */
  notAllowed: 4403,
  /** 4404: there is no such document, or it was deleted. */
  noSuchDocument: 4404,
  /** 4409: this client is too old or too new for the server. */
  versionSkew: 4409,
  /** 4413: the message, or the document with it, is larger than the server takes. */
  tooLarge: 4413,
  /** 4422: bytes that are no valid message. */
  malformed: 4422,
  /** 4503: the document cannot be loaded or stored at the moment. */
  storeUnavailable: 4503,
  /** 4529: too much at once from this connection, address or person. */
  slowDown: 4529,
} as const

export type CloseName = keyof typeof CLOSE
export type CloseCode = (typeof CLOSE)[CloseName]

export interface CloseRule {
  readonly name: CloseName | "unknown"
  readonly retry: RetryRule
  /** What a person reads. */
  readonly sentence: string
}

/** What to do after a close with this number; by its range where the number is not in the table. */
export function closeRule(code: number): CloseRule {
  const rule = RULES.get(code)
  if (rule) return rule
  if (code >= 4400 && code < 4500) {
    return { name: "unknown", retry: "never", sentence: "The server does not let this document be opened." }
  }
  return { name: "unknown", retry: "backoff", sentence: "The connection was lost. Trying again." }
}

const RULES = new Map<number, CloseRule>(
  (
    [
      ["normal", "backoff", "The connection was closed."],
      ["goingAway", "backoff", "The server is going away. Trying again."],
      ["unsupportedData", "never", "This program sent something the server does not understand."],
      ["abnormal", "backoff", "The connection was lost. Trying again."],
      ["invalidText", "never", "This program sent something the server does not understand."],
      ["frameTooBig", "never", "This is too large for the server. Save a copy of your work."],
      ["serverError", "backoff", "The server failed. Trying again."],
      ["restart", "backoff", "The server restarts. Trying again."],
      ["later", "later", "The server is busy. Trying again in a while."],
      ["signInAgain", "never", "Please sign in again."],
      ["notAllowed", "never", "You are not allowed to open this document."],
      ["noSuchDocument", "never", "This document does not exist, or was deleted."],
      ["versionSkew", "never", "This page is out of date. Reload it."],
      ["tooLarge", "never", "This is too large for the server. Save a copy of your work."],
      ["malformed", "never", "The server could not read what this program sent. Save a copy of your work and reload."],
      ["storeUnavailable", "backoff", "The server cannot reach its storage. Trying again."],
      ["slowDown", "later", "Too much at once. Trying again in a while."],
    ] as const satisfies readonly (readonly [CloseName, RetryRule, string])[]
  ).map(([name, retry, sentence]) => [CLOSE[name], { name, retry, sentence }]),
)
