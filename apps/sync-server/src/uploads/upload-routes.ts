import { createReadStream } from "node:fs"
import type { Readable } from "node:stream"
import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance } from "fastify"
import type { Authority } from "../auth/authority.ts"
import { documentFor } from "../auth/http-visitor.ts"
import { Problem } from "../api/problem.ts"
import { UPLOAD } from "../api/schemas.ts"
import { type BlobFolder, tooLarge } from "./blob-folder.ts"
import { blobRow, blobsOf } from "./blob-rows.ts"
import { IMAGE_TYPES } from "./sniff-image.ts"

export interface UploadLimits {
  /** Bytes of one file: a photograph of a telephone, with room to spare. */
  readonly fileBytes: number
  /** Bytes of all files of a document. */
  readonly documentBytes: number
}

const DEFAULT_UPLOAD_LIMITS: UploadLimits = {
  fileBytes: 20 * 1024 * 1024,
  documentBytes: 500 * 1024 * 1024,
}

/** Takes images in for those who may write in a document. */
export function addUploadRoutes(
  app: FastifyInstance,
  o: {
    readonly authority: Authority
    readonly store: DocumentStore
    readonly blobs: BlobFolder
    readonly limits?: Partial<UploadLimits>
  },
): void {
  const { authority, store, blobs } = o
  const limits = { ...DEFAULT_UPLOAD_LIMITS, ...o.limits }

  app.register(async (uploads) => {
    // Whatever it says it is: the bytes are looked at as they come, never held in memory.
    uploads.removeAllContentTypeParsers()
    uploads.addContentTypeParser("*", (_request, body, done) => done(null, body))

    uploads.post<{ Params: { document: string }; Body: Readable | undefined }>(
      "/api/documents/:document/uploads",
      { ...UPLOAD, bodyLimit: limits.fileBytes + 1 },
      async (request, reply) => {
        const document = await documentFor(authority, request, request.params.document, "write")
        if ((await store.state(document)) !== "live") {
          throw new Problem(
            404,
            "no-such-document",
            "There is no such document, or nothing of it has reached the server yet.",
          )
        }
        if (Number(request.headers["content-length"]) > limits.fileBytes) throw tooLarge(limits.fileBytes)
        if (request.body === undefined) {
          throw new Problem(400, "empty-file", "The file is missing; send the image as the body of the request.")
        }
        const before = blobsOf(await store.readRows(document)).reduce((bytes, blob) => bytes + blob.bytes, 0)
        const stored = await blobs.receive(request.body, Math.min(limits.fileBytes, limits.documentBytes - before))
        await store.append({ document, updates: [], rows: new Map([blobRow(stored)]) })
        const { id, bytes, kind, width, height } = stored
        return reply.code(201).send({ address: `/files/${id}`, type: IMAGE_TYPES[kind], bytes, width, height })
      },
    )
  })
}

/**
 * Serves uploaded files to whoever knows their name. No cookie is looked at, and nothing in them can do anything: they are drawn in a
 * sandbox, and drawings (SVG), which may hold scripts, are only ever saved.
 */
export function serveFiles(app: FastifyInstance, blobs: BlobFolder): void {
  app.get<{ Params: { id: string } }>("/files/:id", async (request, reply) => {
    const found = await blobs.find(request.params.id)
    if (found === null) return reply.code(404).type("text/plain").send("There is no such file.\n")
    return reply
      .headers({
        "content-security-policy": "default-src 'none'; sandbox",
        "content-disposition": found.kind === "svg" ? "attachment" : "inline",
        // Pages that embed the editor are of other origins; the name is the key.
        "cross-origin-resource-policy": "cross-origin",
        "cache-control": "private, max-age=31536000, immutable",
        "content-length": found.bytes,
      })
      .type(IMAGE_TYPES[found.kind])
      .send(createReadStream(found.path))
  })
}
