import type { Append, PrefixReplacement } from "./document-store.ts"

// What every implementation refuses as misuse, so that no store accepts what another cannot keep.

/** Throws unless the name can be a key: not empty, no U+0000 (it ends a name inside keys), no lone surrogates. */
export function checkDocument(document: string): void {
  checkName("document name", document)
}

export function checkAppend(append: Append): void {
  checkDocument(append.document)
  if (append.updates.length === 0 && (append.rows === undefined || append.rows.size === 0)) {
    throw new RangeError(`append to ${JSON.stringify(append.document)} has neither updates nor rows`)
  }
  for (const { update, time, author } of append.updates) {
    checkUpdate(append.document, update)
    if (!Number.isSafeInteger(time) || time < 0) {
      throw new RangeError(`time of an update must be whole milliseconds since 1970, not ${time}`)
    }
    if (author !== null && typeof author !== "string") {
      throw new TypeError(`author of an update must be a string or null, not ${typeof author}`)
    }
  }
  for (const [name, value] of append.rows ?? []) {
    checkName("row name", name)
    if (!(value instanceof Uint8Array)) throw new TypeError(`row ${JSON.stringify(name)} must be a Uint8Array`)
  }
}

/** `first` and `last`: the sequences that the document has records for (of a checkpoint: what it covers). */
export function checkReplacement(
  document: string,
  { through, chunks }: PrefixReplacement,
  first: number,
  last: number,
): void {
  if (!Number.isSafeInteger(through) || through < first || through > last) {
    throw new RangeError(
      `through must be a record of ${JSON.stringify(document)} (${first} to ${last}), not ${through}`,
    )
  }
  if (chunks.length === 0) {
    throw new RangeError(`a prefix of ${JSON.stringify(document)} cannot be replaced by nothing`)
  }
  for (const chunk of chunks) checkUpdate(document, chunk)
}

export function checkListOptions(limit: number | undefined): void {
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 0)) {
    throw new RangeError(`limit must be a whole number from 0, not ${limit}`)
  }
}

function checkUpdate(document: string, update: Uint8Array): void {
  if (!(update instanceof Uint8Array))
    throw new TypeError(`an update of ${JSON.stringify(document)} must be a Uint8Array`)
  if (update.length === 0) throw new RangeError(`an update of ${JSON.stringify(document)} must have at least one byte`)
}

function checkName(what: string, name: string): void {
  if (typeof name !== "string") throw new TypeError(`${what} must be a string, not ${typeof name}`)
  if (name.length === 0) throw new RangeError(`${what} must not be empty`)
  if (name.includes("\0")) throw new RangeError(`${what} ${JSON.stringify(name)} must not contain U+0000`)
  if (loneSurrogate.test(name)) throw new RangeError(`${what} ${JSON.stringify(name)} must be well-formed Unicode`)
}

const loneSurrogate = /\p{Surrogate}/u
