import type { FastifyInstance, FastifyRequest } from "fastify"
import { about } from "../api/route-schema.ts"
import { Problem } from "../api/problem.ts"
import type { Authority } from "../auth/authority.ts"
import { documentFor, needsServerAdmin } from "../auth/http-visitor.ts"
import type { Asker, Trash } from "./trash.ts"

interface OfDocument {
  Params: { document: string }
}

/**
 * Deleting documents and having them back. Where tokens say who may do what it takes the access `admin`; in open mode whoever may write
 * owns the document, and nobody can delete it for good: that is left to time.
 */
export function addTrashRoutes(
  app: FastifyInstance,
  o: {
    readonly authority: Authority
    readonly trash: Trash
    /** Told of what is done. */
    readonly tell: (type: "document.deleted" | "document.restored", document: string) => void
  },
): void {
  const { authority, trash } = o
  const needs = authority.mode === "open" ? "write" : "admin"

  app.delete<OfDocument>(
    "/api/documents/:document",
    about("trash", "deleteDocument", "Puts a document into the trash; who is connected is told at once"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, needs)
      if (!(await trash.put(document, askerOf(request)))) {
        throw new Problem(404, "no-such-document", "There is no document of this name, or it is in the trash already.")
      }
      o.tell("document.deleted", document)
      return reply.code(204).send()
    },
  )

  app.post<OfDocument>(
    "/api/trash/:document/restore",
    about("trash", "restoreDocument", "Takes a document out of the trash, as it was"),
    async (request, reply) => {
      const document = await documentFor(authority, request, request.params.document, needs)
      if (!(await trash.restore(document, askerOf(request)))) throw notInTrash()
      o.tell("document.restored", document)
      return reply.code(204).send()
    },
  )

  app.get(
    "/api/trash",
    about("trash", "listTrash", "What is in the trash, and until when; oldest first"),
    async (request) => {
      await needsServerAdmin(authority, request)
      const documents = trash.list().map(({ document, trashed, purge, by }) => ({
        name: document,
        deleted: new Date(trashed).toISOString(),
        purge: new Date(purge).toISOString(),
        by,
      }))
      return { documents }
    },
  )

  app.delete<OfDocument>(
    "/api/trash/:document",
    about("trash", "purgeDocument", "Removes a document in the trash for good, now"),
    async (request, reply) => {
      await needsServerAdmin(authority, request)
      if (!(await trash.purge(request.params.document, askerOf(request)))) throw notInTrash()
      return reply.code(204).send()
    },
  )
}

function askerOf(request: FastifyRequest): Asker {
  return { who: request.visitor?.subject ?? null, address: request.address }
}

function notInTrash(): Problem {
  return new Problem(404, "not-in-trash", "There is no document of this name in the trash.")
}
