import type { FastifyInstance, FastifyReply } from "fastify"
import { Problem } from "../api/problem.ts"
import { about } from "../api/route-schema.ts"
import type { HostNames } from "../host-names.ts"
import type { Authority } from "./authority.ts"
import { SESSION_COOKIE } from "./credentials.ts"
import { visitorOf } from "./http-visitor.ts"
import type { Visitor } from "./visitor.ts"

/** Hands a token over for a session that the browser's cookie names, says who is signed in, and signs out. */
export function addSessionRoutes(
  app: FastifyInstance,
  o: { readonly authority: Authority; readonly hosts: HostNames },
): void {
  const { authority, hosts } = o

  app.get("/api/session", about("access", "whoIsSignedIn", "Who is signed in, and until when"), (request) =>
    whoIs(authority, visitorOf(request)),
  )

  app.post(
    "/api/session",
    about("access", "beginSession", "Hands a token over for a session that a cookie names"),
    async (request, reply) => {
      const visitor = visitorOf(request)
      if (visitor.via !== "token" || visitor.subject === null || visitor.grant === null) {
        throw new Problem(403, "needs-token", "A session begins with a token: send it as Authorization: Bearer.")
      }
      const { origin, host } = request.headers
      // Else a page of a stranger could sign people in as somebody else, who then reads what they write.
      if (!hosts.allowsOrigin(origin, host))
        throw new Problem(403, "not-allowed", "Pages of that site may not do this.")
      const { subject, user, grant } = visitor
      // Never the id that a cookie brought along: somebody else may have put it there (session fixation).
      const { secret, session } = authority.sessions.begin({ subject, user: user ?? {}, grant })
      setCookie(reply, secret, Math.floor((session.ends - authority.now()) / 1000))
      return reply.code(201).send(whoIs(authority, { ...visitor, via: "cookie", expires: session.ends }))
    },
  )

  app.delete("/api/session", about("access", "endSession", "Signs out"), async (request, reply) => {
    const { sessionId } = visitorOf(request)
    if (sessionId !== null) authority.sessions.end(sessionId)
    setCookie(reply, "", 0)
    return reply.code(204).send()
  })
}

function whoIs(authority: Authority, { via, subject, user, expires }: Visitor): object {
  return { mode: authority.mode, via, subject, name: user?.name ?? null, color: user?.color ?? null, expires }
}

/** Lax: a link from elsewhere finds people signed in; what changes something needs a matching Origin all the same. */
function setCookie(reply: FastifyReply, value: string, seconds: number): void {
  reply.header("set-cookie", `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${seconds}; Secure; HttpOnly; SameSite=Lax`)
}
