import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem } from "../api/problem.ts"
import { about, type RouteSchema } from "../api/route-schema.ts"
import type { Authority } from "./authority.ts"
import { accessNamed } from "./grant.ts"
import { documentFor, needsServerAdmin } from "./http-visitor.ts"
import { isShortText } from "./token-claims.ts"

interface OfDocument {
  Params: { document: string }
}
interface OfSubjectIn {
  Params: { document: string; subject: string }
}
interface OfSubject {
  Params: { subject: string }
}

/**
 * Rules about who may do what at most. They hold for open connections at once, and until they are lifted; they take away what a
 * token or a link grants and never add to it.
 */
export function addAccessRoutes(app: FastifyInstance, authority: Authority): void {
  const { rules, sessions } = authority

  async function rulesFor(request: FastifyRequest<OfDocument>): Promise<object> {
    const document = await documentFor(authority, request, request.params.document, "admin")
    const { everyone, subjects } = await rules.of(document)
    return { everyone, subjects: Object.fromEntries(subjects) }
  }

  app.get<OfDocument>(
    "/api/documents/:document/access",
    about("access", "readAccessRules", "The rules about who may do what at most in a document"),
    (request) => rulesFor(request),
  )

  app.put<OfDocument>(
    "/api/documents/:document/access",
    ruleOf("capDocument", "Lets nobody do more in a document than this, at once"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, "admin")
      await rules.capDocument(document, accessIn(request.body))
      return reply.code(204).send()
    },
  )

  app.delete<OfDocument>(
    "/api/documents/:document/access",
    about("access", "uncapDocument", "Lifts the rule for everybody in a document"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, "admin")
      await rules.capDocument(document, null)
      return reply.code(204).send()
    },
  )

  app.put<OfSubjectIn>(
    "/api/documents/:document/access/:subject",
    ruleOf("capSubjectInDocument", "Lets somebody do no more in a document than this, at once"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, "admin")
      await rules.capSubjectIn(document, subjectOf(request.params), accessIn(request.body))
      return reply.code(204).send()
    },
  )

  app.delete<OfSubjectIn>(
    "/api/documents/:document/access/:subject",
    about("access", "uncapSubjectInDocument", "Lifts the rule for somebody in a document"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, "admin")
      await rules.capSubjectIn(document, subjectOf(request.params), null)
      return reply.code(204).send()
    },
  )

  app.put<OfSubject>(
    "/api/subjects/:subject/access",
    ruleOf("capSubject", "Lets somebody do no more anywhere than this, at once"),
    async (request, reply) => {
      await needsServerAdmin(authority, request)
      const subject = subjectOf(request.params)
      const access = accessIn(request.body)
      await rules.capSubject(subject, access)
      if (access === "none") sessions.endAllOf(subject)
      return reply.code(204).send()
    },
  )

  app.delete<OfSubject>(
    "/api/subjects/:subject/access",
    about("access", "uncapSubject", "Lifts the rule for somebody"),
    async (request, reply) => {
      await needsServerAdmin(authority, request)
      await rules.capSubject(subjectOf(request.params), null)
      return reply.code(204).send()
    },
  )

  app.delete<OfSubject>(
    "/api/subjects/:subject/sessions",
    about("access", "endSessions", "Signs somebody out everywhere"),
    async (request, reply) => {
      await needsServerAdmin(authority, request)
      sessions.endAllOf(subjectOf(request.params))
      return reply.code(204).send()
    },
  )
}

function ruleOf(operationId: string, summary: string): RouteSchema {
  return about("access", operationId, summary, {
    body: {
      type: "object",
      required: ["access"],
      additionalProperties: false,
      properties: { access: { enum: ["none", "read", "comment", "write"] } },
    },
  })
}

function accessIn(body: unknown): "none" | "read" | "comment" | "write" {
  const access = accessNamed(typeof body === "object" && body !== null && "access" in body ? body.access : null)
  if (access !== null && access !== "admin") return access
  throw new Problem(400, "bad-access", 'The body must be {"access": …}: none, read, comment or write.')
}

function subjectOf({ subject }: { readonly subject: string }): string {
  if (isShortText(subject)) return subject
  throw new Problem(400, "bad-subject", "A subject is 1 to 200 bytes of text without control characters.")
}
