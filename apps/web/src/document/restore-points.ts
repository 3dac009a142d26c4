/** A moment of a document to go back to, as the server tells it. */
export interface RestorePoint {
  readonly id: string
  readonly time: Date
  readonly kind: "hour" | "day" | "before-deletion"
  /** Names of those who wrote something since the moment before; null stands for those nobody knows. */
  readonly authors: readonly (string | null)[]
}

/** Newest first. Rejects when the server cannot be reached or does not say. */
export async function restorePointsOf(document: string): Promise<RestorePoint[]> {
  const body: unknown = await (await asked(addressOf(document))).json()
  const listed = typeof body === "object" && body !== null && "restorePoints" in body ? body.restorePoints : null
  if (!Array.isArray(listed)) throw new TypeError("the answer has no list of restore points")
  return listed.map(pointIn)
}

/** The document as it was, as one Yjs update for a new document. */
export async function documentAt(document: string, point: RestorePoint): Promise<Uint8Array> {
  const answer = await asked(`${addressOf(document)}/${point.id}`)
  return new Uint8Array(await answer.arrayBuffer())
}

/** Makes a new document of what was there then. @returns its name */
export async function restoreCopy(document: string, point: RestorePoint): Promise<string> {
  const body: unknown = await (await asked(`${addressOf(document)}/${point.id}/copy`, { method: "POST" })).json()
  if (typeof body === "object" && body !== null && "name" in body && typeof body.name === "string") return body.name
  throw new TypeError("the answer names no document")
}

function addressOf(document: string): string {
  return `/api/documents/${encodeURIComponent(document)}/restore-points`
}

async function asked(address: string, init?: RequestInit): Promise<Response> {
  const answer = await fetch(address, init)
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`)
  return answer
}

function pointIn(value: unknown): RestorePoint {
  if (typeof value !== "object" || value === null || !("id" in value) || !("time" in value) || !("kind" in value)) {
    throw new TypeError("a restore point has no id, time or kind")
  }
  const { id, time, kind } = value
  const authors = "authors" in value && Array.isArray(value.authors) ? value.authors : []
  return {
    id: String(id),
    time: new Date(String(time)),
    kind: kind === "before-deletion" || kind === "day" ? kind : "hour",
    authors: authors.map((author) => (typeof author === "string" ? author : null)),
  }
}
