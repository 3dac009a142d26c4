import {
  systemClock,
  type Access,
  type AccessReason,
  type Clock,
  type DocumentName,
  type Millis,
} from "@ligature/protocol"
import { openMemoryStore, StoreError, type DocumentStore } from "@ligature/store"
import { hostNames, type HostNames } from "../host-names.ts"
import { silentLog, type ServerLog } from "../server-log.ts"
import { accessBehind, AccessRules, type RuleChange } from "./access-rules.ts"
import { DEFAULT_AUTH_CONFIG, type AuthConfig } from "./auth-config.ts"
import { browserIdentity } from "./browser-identity.ts"
import { CookieSessions } from "./cookie-sessions.ts"
import { credentialIn } from "./credentials.ts"
import { capped, grantedIn, reachesEverything, stronger } from "./grant.ts"
import type { TokenClaims } from "./token-claims.ts"
import { tokenVerifier, type TokenVerifier } from "./token-verifier.ts"
import type { Admission, AuthFailure, Identified, Visitor, VisitRequest } from "./visitor.ts"

/** Who somebody is and what they may do: asked by the WebSocket endpoint, the long-polling fallback and the HTTP API alike. */
export interface Authority {
  readonly mode: AuthConfig["mode"]
  readonly rules: AccessRules
  readonly sessions: CookieSessions
  now(): Millis
  /** Reads the credentials of a request. Never rejects. */
  identify(request: VisitRequest): Promise<Identified>
  /** The same visitor with a fresh token of theirs. Never rejects. */
  renew(visitor: Visitor, token: string): Promise<Identified>
  /** Whether a visitor rules over the whole server: an admin of every document. Rejects as the store fails. */
  administers(visitor: Visitor): Promise<boolean>
  /** What a visitor may do in the document of this name, or behind this link, at the moment. Never rejects. */
  admit(visitor: Visitor, name: DocumentName): Promise<Admission>
  /** Tells `watcher` each time a visitor's access to what they were admitted to is another one. */
  watch(visit: Visit, watcher: Watcher): Watch
}

export interface Watcher {
  accessChanged(access: Access, reason: AccessReason): void
}

/** Somebody watches. */
export interface Watch {
  stop(): void
}

/** A visitor in a document. */
export interface Visit {
  readonly visitor: Visitor
  /** What was asked for. */
  readonly name: DocumentName
  readonly admission: Extract<Admission, { document: string }>
}

export interface AuthorityParts {
  /** Where rules and links are kept. Not closed here. */
  readonly store: DocumentStore
  readonly config: AuthConfig
  readonly hosts: HostNames
  readonly clock: Clock
  readonly log: ServerLog
}

/** With everything left out: whoever has the name of a document may write in it. */
export function openAuthority(parts: Partial<AuthorityParts> = {}): Authority {
  return new OneAuthority({
    store: parts.store ?? openMemoryStore(),
    config: parts.config ?? DEFAULT_AUTH_CONFIG,
    hosts: parts.hosts ?? hostNames({}),
    clock: parts.clock ?? systemClock,
    log: parts.log ?? silentLog,
  })
}

class OneWatch implements Watch {
  readonly visit: Visit
  readonly watcher: Watcher
  access: Access
  readonly #all: Map<DocumentName, Set<OneWatch>>
  readonly #letGo: () => void

  constructor(visit: Visit, watcher: Watcher, all: Map<DocumentName, Set<OneWatch>>, letGo: () => void) {
    this.visit = visit
    this.watcher = watcher
    this.access = visit.admission.access
    this.#all = all
    this.#letGo = letGo
    const { document } = visit.admission
    all.set(document, (all.get(document) ?? new Set()).add(this))
  }

  stop(): void {
    this.#letGo()
    const { document } = this.visit.admission
    const watches = this.#all.get(document)
    watches?.delete(this)
    if (watches?.size === 0) this.#all.delete(document)
  }
}

class OneAuthority implements Authority {
  readonly mode: AuthConfig["mode"]
  readonly rules: AccessRules
  readonly sessions: CookieSessions
  readonly now: () => Millis
  readonly #hosts: HostNames
  readonly #log: ServerLog
  readonly #verifier: TokenVerifier | null
  readonly #watches = new Map<DocumentName, Set<OneWatch>>()
  /** Counts changes of rules and ends of sessions. */
  #changes = 0
  /** How many there had been when somebody was admitted. */
  readonly #admittedAt = new WeakMap<Admission, number>()

  constructor(o: AuthorityParts) {
    const { config, clock } = o
    this.mode = config.mode
    this.now = () => clock.now()
    this.#hosts = o.hosts
    this.#log = o.log
    this.#verifier = config.keys === null ? null : tokenVerifier({ ...config, keys: config.keys, clock })
    this.rules = new AccessRules(o.store, (change) => this.#ruleChanged(change))
    this.sessions = new CookieSessions({
      clock,
      idleMs: config.sessionIdleMs,
      longestMs: config.sessionLongestMs,
      ended: (id) => this.#sessionEnded(id),
    })
  }

  async identify(request: VisitRequest): Promise<Identified> {
    const secret = request.offer?.browserSecret
    const identities = secret === undefined ? [] : [browserIdentity(secret)]
    // Without keys nobody can sign in, and what a browser sends along means nothing.
    const credential = this.#verifier === null ? NO_CREDENTIAL : credentialIn(request, this.#hosts)
    if (credential.kind === "token") return this.#identifyToken(credential.token, identities)
    if (credential.kind === "none") return this.#nobody(request, identities, "there is no credential")
    const session = this.sessions.use(credential.sessionId)
    if (session === null) return this.#nobody(request, identities, "the session of the cookie is over")
    const visitor = visitorOf({ ...session.claims, expires: session.ends }, identities)
    return this.#unlessRevoked({ ...visitor, via: "cookie", sessionId: session.id }, session.claims.subject)
  }

  async renew(visitor: Visitor, token: string): Promise<Identified> {
    const identified = await this.#identifyToken(token, [])
    if (identified.visitor === null) return identified
    // What the connection has shown and written so far carries the name of whoever opened it.
    if (identified.visitor.subject === visitor.subject) {
      return { visitor: { ...identified.visitor, identities: visitor.identities } }
    }
    const detail = "it is for somebody else than the connection"
    this.#log.info({ detail }, "a token was refused")
    return refused("sign-in-again", detail)
  }

  async admit(visitor: Visitor, name: DocumentName): Promise<Admission> {
    const asOf = this.#changes
    let admission: Admission
    try {
      admission = await this.#admitted(visitor, name)
    } catch (error) {
      if (!(error instanceof StoreError)) this.#log.error({ err: error }, "what somebody may do cannot be found out")
      admission = { document: null, access: "none", failure: "unavailable", detail: "the rules cannot be read" }
    }
    this.#admittedAt.set(admission, asOf)
    return admission
  }

  async administers({ subject, grant }: Visitor): Promise<boolean> {
    if (subject === null || grant?.access !== "admin" || !reachesEverything(grant)) return false
    return (await this.rules.capOf(subject)) === null
  }

  watch(visit: Visit, watcher: Watcher): Watch {
    const { sessionId } = visit.visitor
    const letGo = sessionId === null ? NOTHING : this.sessions.hold(sessionId)
    const watch = new OneWatch(visit, watcher, this.#watches, letGo)
    // Something may have changed on the way from being admitted to here.
    if (this.#admittedAt.get(visit.admission) !== this.#changes) void this.#look(watch)
    return watch
  }

  async #identifyToken(token: string, identities: readonly string[]): Promise<Identified> {
    const verified = (await this.#verifier?.verify(token)) ?? NO_KEYS
    if (verified.claims !== null) {
      return this.#unlessRevoked(visitorOf(verified.claims, identities), verified.claims.subject)
    }
    const { failure, detail } = verified
    this.#log[failure === "unavailable" ? "error" : "info"]({ detail }, "a token was refused")
    return refused(failure, detail)
  }

  /** Whom the host has shut out may not even begin a session, or read what everybody may who is signed in. */
  async #unlessRevoked(visitor: Visitor, subject: string): Promise<Identified> {
    try {
      if ((await this.rules.capOf(subject)) !== "none") return { visitor }
    } catch (error) {
      if (!(error instanceof StoreError)) this.#log.error({ err: error }, "who is shut out cannot be found out")
      return refused("unavailable", "the rules cannot be read")
    }
    return refused("not-allowed", "a rule shuts the subject out")
  }

  #nobody(request: VisitRequest, identities: readonly string[], detail: string): Identified {
    if (this.mode === "token") return refused("sign-in-again", detail)
    // A page of a stranger in the browser of somebody who can reach this server is no visitor.
    if (!this.#mayAct(request)) return refused("not-allowed", "pages of that site may change nothing here")
    return identities.length === 0 ? NOBODY : { visitor: { ...NOBODY.visitor, identities } }
  }

  #mayAct({ method = "GET", headers }: VisitRequest): boolean {
    return method === "GET" || method === "HEAD" || this.#hosts.allowsOrigin(headers.origin, headers.host)
  }

  async #admitted(visitor: Visitor, name: DocumentName): Promise<Admission> {
    const document = await this.#documentOf(name)
    const access = await this.#accessIn(document, visitor, name)
    if (access !== "none") return { document, access }
    const detail =
      visitor.grant === null ? "the link leads nowhere any more" : "the token or a rule allows nothing here"
    return { document: null, access, failure: "not-allowed", detail }
  }

  async #documentOf(name: DocumentName): Promise<DocumentName> {
    return this.mode === "open" ? ((await this.rules.documentBehind(name)) ?? name) : name
  }

  async #accessIn(document: DocumentName, visitor: Visitor, name: DocumentName): Promise<Access> {
    const { everyone, subjects, links } = await this.rules.of(document)
    const byLink = this.mode === "open" ? accessBehind(links, name, document) : "none"
    const byToken = visitor.grant === null ? "none" : grantedIn(visitor.grant, document)
    let access = stronger(byLink, byToken)
    // Whoever rules about a document must be able to take a rule back.
    if (access !== "admin") access = capped(access, everyone)
    if (visitor.subject === null) return access
    access = capped(access, subjects.get(visitor.subject))
    return capped(access, await this.rules.capOf(visitor.subject))
  }

  #ruleChanged(change: RuleChange): void {
    this.#changes += 1
    if ("document" in change) {
      for (const watch of this.#watches.get(change.document) ?? []) void this.#look(watch)
      return
    }
    for (const watches of this.#watches.values()) {
      for (const watch of watches) if (watch.visit.visitor.subject === change.subject) void this.#look(watch)
    }
  }

  #sessionEnded(id: string): void {
    this.#changes += 1
    for (const watches of this.#watches.values()) {
      for (const watch of watches) if (watch.visit.visitor.sessionId === id) void this.#look(watch)
    }
  }

  async #look(watch: OneWatch): Promise<void> {
    const { visitor, name, admission } = watch.visit
    let access: Access = "none"
    let reason: AccessReason = "rights-changed"
    if (visitor.sessionId !== null && !this.sessions.has(visitor.sessionId)) reason = "token-expired"
    else {
      try {
        access = await this.#accessIn(admission.document, visitor, name)
      } catch (error) {
        // Not to know is no reason to let somebody go on.
        this.#log.error({ err: error }, "what somebody may do cannot be found out")
      }
    }
    if (access === watch.access) return
    watch.access = access
    watch.watcher.accessChanged(access, reason)
  }
}

const NO_CREDENTIAL = { kind: "none" } as const
const NO_KEYS = { claims: null, failure: "sign-in-again", detail: "this server takes no tokens" } as const
const NOBODY: { readonly visitor: Visitor } = {
  visitor: { via: "open", subject: null, identities: [], grant: null, expires: null, sessionId: null },
}
const NOTHING = (): void => {}

function refused(failure: AuthFailure, detail: string): Identified {
  return { visitor: null, failure, detail }
}

function visitorOf(claims: TokenClaims, identities: readonly string[]): Visitor {
  const { subject, user, grant, expires } = claims
  return {
    via: "token",
    subject,
    user,
    identities: [subjectIdentity(subject), ...identities],
    grant,
    expires,
    sessionId: null,
  }
}

function subjectIdentity(subject: string): string {
  return `subject:${subject}`
}
