import { createHash, randomBytes, timingSafeEqual } from "node:crypto"
import type { Access, DocumentName } from "@ligature/protocol"
import { RESERVED_PREFIX, type DocumentStore } from "@ligature/store"
import { accessNamed } from "./grant.ts"

/** What the host has ruled about a document, and its links. */
export interface DocumentRules {
  /** What anybody but an admin may do at most; null: not ruled. */
  readonly everyone: Access | null
  /** What a subject may do at most. */
  readonly subjects: ReadonlyMap<string, Access>
  readonly links: Links
}

/** The keys in a document's links. */
export interface Links {
  /** Null until it is made anew for the first time: then the document's own name is the key. */
  readonly write: string | null
  /** Null: there is none. */
  readonly read: string | null
  /** There was a link for reading, and it was taken away on purpose. */
  readonly isReadRemoved: boolean
}

export type LinkKind = "write" | "read"

/** What a rule has changed for. */
export type RuleChange = { readonly document: DocumentName } | { readonly subject: string }

/** Kept in memory as long as it is used; changes come first here, then to the store. */
interface Held {
  everyone: Access | null
  subjects: ReadonlyMap<string, Access>
  links: Links
  /** Writes that have not landed: until then the store knows less than this. */
  pending: number
}

/**
 * Rules about access, kept in the store's reserved documents: who may do what at most, and which link leads where. A change holds for
 * everybody at once, and its promise resolves when it would survive a crash. Reading fails as the store fails.
 */
export class AccessRules {
  readonly #store: DocumentStore
  readonly #changed: (change: RuleChange) => void
  readonly #held = new Map<DocumentName, Promise<Held>>()
  #subjects: Promise<Map<string, Access>> | null = null

  /** `changed` is called right after a rule has changed in memory. */
  constructor(store: DocumentStore, changed: (change: RuleChange) => void) {
    this.#store = store
    this.#changed = changed
  }

  async of(document: DocumentName): Promise<DocumentRules> {
    return this.#hold(document)
  }

  /** What a subject may do at most, in whatever document; null: not ruled. */
  async capOf(subject: string): Promise<Access | null> {
    return (await this.#subjectCaps()).get(subject) ?? null
  }

  /** @param access null lifts the rule */
  async capSubject(subject: string, access: Access | null): Promise<void> {
    setOrDelete(await this.#subjectCaps(), subject, access)
    this.#changed({ subject })
    await this.#store.append({ document: SUBJECTS, updates: [], rows: new Map([[subject, json(access)]]) })
  }

  async capDocument(document: DocumentName, access: Access | null): Promise<void> {
    await this.#change(document, "everyone", (held) => {
      held.everyone = access
      return access
    })
  }

  async capSubjectIn(document: DocumentName, subject: string, access: Access | null): Promise<void> {
    await this.#change(document, SUBJECT + subject, (held) => {
      const subjects = new Map(held.subjects)
      setOrDelete(subjects, subject, access)
      held.subjects = subjects
      return access
    })
  }

  /** The document that a key was made for, whether the key still opens it or not; null for a name that is no key. */
  async documentBehind(key: string): Promise<DocumentName | null> {
    const row = (await this.#store.readRows(linkDocument(key))).get("document")
    return row === undefined ? null : text(row)
  }

  /**
   * Puts a new key in place of the one there was.
   * @param key one that `isFree`, if it is given
   * @returns the key: 128 random bits in base64url
   */
  async renewLink(document: DocumentName, kind: LinkKind, key: string = newKey()): Promise<string> {
    await this.#pointTo(document, key)
    await this.#changeLinks(document, (links) =>
      kind === "write" ? { ...links, write: key } : { ...links, read: key, isReadRemoved: false },
    )
    return key
  }

  /** The key of the link for reading; made if there is none. */
  async readLink(document: DocumentName): Promise<string> {
    const there = (await this.of(document)).links.read
    if (there !== null) return there
    const key = newKey()
    await this.#pointTo(document, key)
    // Somebody else may have made one at the same moment; theirs may have been handed out.
    await this.#changeLinks(document, (links) =>
      links.read === null ? { ...links, read: key, isReadRemoved: false } : links,
    )
    return (await this.of(document)).links.read ?? key
  }

  /** Whether a name may become the key of a link: it is none, and names no document. */
  async isFree(key: string): Promise<boolean> {
    return (await this.documentBehind(key)) === null && (await this.#store.state(key)) === "absent"
  }

  /** The link for reading leads nowhere from now on. */
  async revokeReadLink(document: DocumentName): Promise<void> {
    await this.#changeLinks(document, (links) => ({ ...links, read: null, isReadRemoved: true }))
  }

  /** Stored before the key is handed out or holds, so that no crash leaves a link that leads nowhere. */
  async #pointTo(document: DocumentName, key: string): Promise<void> {
    const rows = new Map([["document", Buffer.from(document)]])
    await this.#store.append({ document: linkDocument(key), updates: [], rows })
  }

  async #changeLinks(document: DocumentName, change: (links: Links) => Links): Promise<void> {
    await this.#change(document, "links", (held) => {
      held.links = change(held.links)
      return held.links
    })
  }

  /** @param change changes what is held, at once, and returns what to store in the row */
  async #change(document: DocumentName, row: string, change: (held: Held) => unknown): Promise<void> {
    const held = await this.#heldForSure(document)
    const value = json(change(held))
    held.pending += 1
    try {
      this.#changed({ document })
      await this.#store.append({ document: ABOUT + document, updates: [], rows: new Map([[row, value]]) })
    } finally {
      held.pending -= 1
    }
  }

  /** The one that everybody asks from here on, not one that was let go while it was waited for. */
  async #heldForSure(document: DocumentName): Promise<Held> {
    for (;;) {
      const reading = this.#hold(document)
      const held = await reading
      if (this.#held.get(document) === reading) return held
    }
  }

  #hold(document: DocumentName): Promise<Held> {
    const known = this.#held.get(document)
    if (known !== undefined) return known
    const reading = this.#read(document)
    this.#held.set(document, reading)
    reading.catch(() => this.#held.delete(document))
    if (this.#held.size > MOST_HELD) void this.#letGo()
    return reading
  }

  /** Of the oldest that the store knows as well. */
  async #letGo(): Promise<void> {
    for (const [document, reading] of this.#held) {
      const held = await reading.catch(() => null)
      if (this.#held.size <= MOST_HELD / 2) return
      if (held !== null && held.pending === 0 && this.#held.get(document) === reading) this.#held.delete(document)
    }
  }

  async #read(document: DocumentName): Promise<Held> {
    const held: Held = { everyone: null, subjects: NO_SUBJECTS, links: NO_LINKS, pending: 0 }
    const subjects = new Map<string, Access>()
    for (const [row, value] of await this.#store.readRows(ABOUT + document)) {
      const parsed: unknown = JSON.parse(text(value))
      if (row === "everyone") held.everyone = accessNamed(parsed)
      else if (row === "links") held.links = linksIn(parsed)
      else if (row.startsWith(SUBJECT)) setOrDelete(subjects, row.slice(SUBJECT.length), accessNamed(parsed))
    }
    // Thousands of documents have none.
    if (subjects.size > 0) held.subjects = subjects
    return held
  }

  #subjectCaps(): Promise<Map<string, Access>> {
    if (this.#subjects !== null) return this.#subjects
    const reading = this.#readSubjects()
    this.#subjects = reading
    reading.catch(() => {
      this.#subjects = null
    })
    return reading
  }

  async #readSubjects(): Promise<Map<string, Access>> {
    const caps = new Map<string, Access>()
    for (const [subject, value] of await this.#store.readRows(SUBJECTS)) {
      setOrDelete(caps, subject, accessNamed(JSON.parse(text(value))))
    }
    return caps
  }
}

/** What a name opens in open mode: that of the document itself, as long as no other key was made for writing, or a key of its links. */
export function accessBehind({ write, read }: Links, name: string, document: DocumentName): Access {
  if (name === document) return write === null ? "write" : "none"
  if (write !== null && isSame(write, name)) return "write"
  return read !== null && isSame(read, name) ? "read" : "none"
}

/** Rows about a document lie beside it, not in it: it may be damaged, removed, or not there yet. */
const ABOUT = `${RESERVED_PREFIX}access/`
const LINK = `${RESERVED_PREFIX}link/`
const SUBJECTS = `${RESERVED_PREFIX}subjects`
/** Begins the name of a row about one subject. */
const SUBJECT = "subject/"
const MOST_HELD = 10_000
const NO_SUBJECTS: ReadonlyMap<string, Access> = new Map<string, Access>()
const NO_LINKS: Links = { write: null, read: null, isReadRemoved: false }

/** By its hash: how long a look-up takes tells nothing about which keys there are. */
function linkDocument(key: string): string {
  return LINK + createHash("sha256").update(key).digest("base64url")
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((key) => createHash("sha256").update(key).digest())
  return left !== undefined && right !== undefined && timingSafeEqual(left, right)
}

function linksIn(value: unknown): Links {
  const { write, read, isReadRemoved }: { write?: unknown; read?: unknown; isReadRemoved?: unknown } =
    typeof value === "object" && value !== null ? value : {}
  return {
    write: typeof write === "string" ? write : null,
    read: typeof read === "string" ? read : null,
    isReadRemoved: isReadRemoved === true,
  }
}

function newKey(): string {
  return randomBytes(16).toString("base64url")
}

function setOrDelete(map: Map<string, Access>, key: string, access: Access | null): void {
  if (access === null) map.delete(key)
  else map.set(key, access)
}

function json(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
