import type { FastifyInstance, FastifyRequest } from "fastify"
import { Problem } from "../api/problem.ts"
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

  app.get<OfDocument>("/api/documents/:document/access", (request) => rulesFor(request))

  app.put<OfDocument>("/api/documents/:document/access", RULE, async (request, reply) => {
    const document = await documentFor(authority, request, request.params.document, "admin")
    await rules.capDocument(document, accessIn(request.body))
    return reply.code(204).send()
  })

  app.delete<OfDocument>("/api/documents/:document/access", async (request, reply) => {
    const document = await documentFor(authority, request, request.params.document, "admin")
    await rules.capDocument(document, null)
    return reply.code(204).send()
  })

  app.put<OfSubjectIn>("/api/documents/:document/access/:subject", RULE, async (request, reply) => {
    const document = await documentFor(authority, request, request.params.document, "admin")
    await rules.capSubjectIn(document, subjectOf(request.params), accessIn(request.body))
    return reply.code(204).send()
  })

  app.delete<OfSubjectIn>("/api/documents/:document/access/:subject", async (request, reply) => {
    const document = await documentFor(authority, request, request.params.document, "admin")
    await rules.capSubjectIn(document, subjectOf(request.params), null)
    return reply.code(204).send()
  })

  app.put<OfSubject>("/api/subjects/:subject/access", RULE, async (request, reply) => {
    await needsServerAdmin(authority, request)
    const subject = subjectOf(request.params)
    const access = accessIn(request.body)
    await rules.capSubject(subject, access)
    if (access === "none") sessions.endAllOf(subject)
    return reply.code(204).send()
  })

  app.delete<OfSubject>("/api/subjects/:subject/access", async (request, reply) => {
    await needsServerAdmin(authority, request)
    await rules.capSubject(subjectOf(request.params), null)
    return reply.code(204).send()
  })

  app.delete<OfSubject>("/api/subjects/:subject/sessions", async (request, reply) => {
    await needsServerAdmin(authority, request)
    sessions.endAllOf(subjectOf(request.params))
    return reply.code(204).send()
  })
}

const RULE = {
  schema: {
    body: {
      type: "object",
      required: ["access"],
      additionalProperties: false,
      properties: { access: { enum: ["none", "read", "comment", "write"] } },
    },
  },
} as const

function accessIn(body: unknown): "none" | "read" | "comment" | "write" {
  const access = accessNamed(typeof body === "object" && body !== null && "access" in body ? body.access : null)
  if (access !== null && access !== "admin") return access
  throw new Problem(400, "bad-access", 'The body must be {"access": …}: none, read, comment or write.')
}

function subjectOf({ subject }: { readonly subject: string }): string {
  if (isShortText(subject)) return subject
  throw new Problem(400, "bad-subject", "A subject is 1 to 200 bytes of text without control characters.")
}
