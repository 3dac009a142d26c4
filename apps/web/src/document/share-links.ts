import { newDocumentName } from "../document-name.ts"

/** What the server says about a document's links, to whoever opened it. */
export type ShareLinks =
  /** `read` null: there is no link for reading; `isReadRemoved`: because somebody took it away. */
  | { readonly state: "here"; readonly write: string; readonly read: string | null; readonly isReadRemoved: boolean }
  /** Nothing of the document has reached the server yet. */
  | { readonly state: "not-yet" }
  /** One came by a link for reading and may hand out that one only. */
  | { readonly state: "reader" }
  /** An application signs people in here, and links open nothing by themselves. */
  | { readonly state: "signed-in-only" }
  | { readonly state: "unreachable" }

export async function readLinks(document: string): Promise<ShareLinks> {
  const links = await ask("GET", document, "")
  // The first who shares makes it; nobody has to ask for what everybody wants.
  return links.state === "here" && links.read === null && !links.isReadRemoved ? ask("PUT", document, "/read") : links
}

/** Makes a link for reading in place of the one there was, which opens nothing from then on. */
export async function makeReadLink(document: string): Promise<ShareLinks> {
  return ask("POST", document, "/read")
}

/** Makes a link for writing in place of the one there was. Its key is made here: an answer that gets lost must lock nobody out. */
export async function makeWriteLink(document: string): Promise<ShareLinks> {
  const key = newDocumentName()
  const answer = await ask("POST", document, "/write", { key })
  return answer.state === "here" ? answer : ask("GET", key, "")
}

/** Takes the link for reading away. */
export async function removeReadLink(document: string): Promise<ShareLinks> {
  const answer = await ask("DELETE", document, "/read")
  return answer.state === "here" ? readLinks(document) : answer
}

async function ask(method: string, document: string, path: string, body?: object): Promise<ShareLinks> {
  try {
    const answer = await fetch(`/api/documents/${encodeURIComponent(document)}/links${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    })
    if (answer.status === 204) return { state: "here", write: document, read: null, isReadRemoved: true }
    if (answer.ok) return linksIn(await answer.json())
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
    ? {
        state: "here",
        write,
        read: typeof read === "string" ? read : null,
        isReadRemoved: "isReadRemoved" in value && value.isReadRemoved === true,
      }
    : { state: "unreachable" }
}
