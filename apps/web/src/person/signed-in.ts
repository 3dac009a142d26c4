import { readSetting, writeSetting } from "../browser-storage.ts"

/** Whom an application has signed in at this browser; undefined where links open documents, and nobody signs in. */
export function signedInSubject(): string | undefined {
  return readSetting(SETTING) ?? undefined
}

/**
 * Takes the token that an application has put behind a link (`#token=…`) out of the address, before it gets into a history or a
 * copied link. Null if there is none.
 */
export function takeTokenFromAddress(): string | null {
  const { hash, pathname, search } = location
  if (!hash.startsWith(MARK)) return null
  history.replaceState(history.state, "", pathname + search)
  return decodeURIComponent(hash.slice(MARK.length))
}

/** Gives a token to the server for a session, which the browser keeps in a cookie. A token that does not hold changes nothing: the document then says so. */
export async function signIn(token: string): Promise<void> {
  try {
    const answer = await fetch("/api/session", { method: "POST", headers: { authorization: `Bearer ${token}` } })
    const session: unknown = answer.ok ? await answer.json() : null
    const subject = typeof session === "object" && session !== null && "subject" in session ? session.subject : null
    if (typeof subject === "string") writeSetting(SETTING, subject)
  } catch {
    // No network: what this browser keeps of whoever was signed in last opens all the same.
  }
}

const SETTING = "signed-in"
const MARK = "#token="
