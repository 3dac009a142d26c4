/** What the server says about a document's links, to whoever opened it. */
export type ShareLinks =
  /** `read` null: there is no link for reading. */
  | { readonly state: "here"; readonly write: string; readonly read: string | null }
  /** Nothing of the document has reached the server yet. */
  | { readonly state: "not-yet" }
  /** One came by a link for reading and may hand out that one only. */
  | { readonly state: "reader" }
  /** An application signs people in here, and links open nothing by themselves. */
  | { readonly state: "signed-in-only" }
  | { readonly state: "unreachable" }

export async function readLinks(document: string): Promise<ShareLinks> {
  return ask("GET", document, "")
}

/** Makes a link in place of the one there was, which opens nothing from then on. */
export async function makeLink(document: string, kind: "read" | "write"): Promise<ShareLinks> {
  return ask("POST", document, `/${kind}`)
}

/** Takes the link for reading away. */
export async function removeReadLink(document: string): Promise<ShareLinks> {
  const answer = await ask("DELETE", document, "/read")
  return answer.state === "here" ? readLinks(document) : answer
}

async function ask(method: string, document: string, path: string): Promise<ShareLinks> {
  try {
    const answer = await fetch(`/api/documents/${encodeURIComponent(document)}/links${path}`, { method })
    if (answer.ok)
      return answer.status === 204 ? { state: "here", write: document, read: null } : linksIn(await answer.json())
    return STATES.get(answer.status) ?? { state: "unreachable" }
  } catch {
    // No network, or something in between that answers in the server's place.
    return { state: "unreachable" }
  }
}

const STATES = new Map<number, ShareLinks>([
  [401, { state: "reader" }],
  [403, { state: "reader" }],
  [404, { state: "not-yet" }],
  [409, { state: "signed-in-only" }],
])

function linksIn(value: unknown): ShareLinks {
  if (typeof value !== "object" || value === null || !("write" in value) || !("read" in value)) {
    return { state: "unreachable" }
  }
  const { write, read } = value
  return typeof write === "string"
    ? { state: "here", write, read: typeof read === "string" ? read : null }
    : { state: "unreachable" }
}
