import { DOCUMENT_FORMATS } from "../documents/document-job.ts"
import type { RouteSchema } from "./route-schema.ts"

// What goes in and out of each route, as JSON Schema: Fastify checks what comes, writes what goes, and `/api/openapi.json` says it.

const PROBLEM = {
  type: "object",
  description: "What went wrong (RFC 9457)",
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
  },
  required: ["type", "title", "status", "detail"],
} as const

/** Every route may answer so. */
const PROBLEMS = { "4xx": PROBLEM, "5xx": PROBLEM } as const

const TIME = { type: "string", format: "date-time" } as const
const COUNT = { type: "integer", minimum: 0 } as const
const NAME = { type: "string", description: "A document name; the rest of the address of its page" } as const
const NEW_NAME = {
  type: "string",
  minLength: 1,
  maxLength: 200,
  description: "Of the new document; 128 random bits if left out",
} as const

const DOCUMENT = { type: "object", properties: { document: NAME }, required: ["document"] } as const
const NEW_DOCUMENT = { type: "object", properties: { name: NAME }, required: ["name"] } as const

export const LIST_DOCUMENTS: RouteSchema = {
  schema: {
    operationId: "listDocuments",
    summary: "All documents of the server, page by page, in the order of their names",
    tags: ["documents"],
    querystring: {
      type: "object",
      properties: {
        after: { type: "string", description: "Begins behind this name: `next` of the page before" },
        limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
      },
    },
    response: {
      200: {
        type: "object",
        properties: {
          documents: {
            type: "array",
            items: {
              type: "object",
              properties: {
                name: NAME,
                state: { enum: ["live", "removed", "quarantined"] },
                bytes: COUNT,
                records: COUNT,
                changed: TIME,
              },
              required: ["name", "state", "bytes", "records", "changed"],
            },
          },
          next: { type: ["string", "null"] },
        },
        required: ["documents", "next"],
      },
      ...PROBLEMS,
    },
  },
} as const

export const CREATE_DOCUMENT: RouteSchema = {
  schema: {
    operationId: "createDocument",
    summary: "Makes a document of Markdown, of HTML, or of a Yjs update (V1)",
    description:
      "A body of text/markdown or text/html becomes its text; one of application/octet-stream is taken as it is.",
    tags: ["documents"],
    consumes: ["text/markdown", "text/html", "application/octet-stream"],
    querystring: {
      type: "object",
      properties: {
        name: NEW_NAME,
        title: { type: "string", maxLength: 1000, description: "The first heading becomes the title if left out" },
      },
    },
    response: { 201: NEW_DOCUMENT, ...PROBLEMS },
  },
} as const

export const INSPECT_DOCUMENT: RouteSchema = {
  schema: {
    operationId: "inspectDocument",
    summary: "How large a document is, and how many are connected to it",
    tags: ["documents"],
    params: DOCUMENT,
    response: {
      200: {
        type: "object",
        properties: { name: NAME, bytes: COUNT, sessions: COUNT },
        required: ["name", "bytes", "sessions"],
      },
      ...PROBLEMS,
    },
  },
} as const

export const READ_CONTENT: RouteSchema = {
  schema: {
    operationId: "readContent",
    summary: "A document as Markdown, HTML, plain text, JSON (ProseMirror's), or a Yjs update (V1)",
    tags: ["documents"],
    params: DOCUMENT,
    querystring: {
      type: "object",
      properties: { format: { type: "string", enum: DOCUMENT_FORMATS, default: "markdown" } },
    },
    produces: ["text/markdown", "text/html", "text/plain", "application/json", "application/octet-stream"],
  },
} as const

export const WRITE_UPDATE: RouteSchema = {
  schema: {
    operationId: "writeUpdate",
    summary: "Merges a Yjs update (V1) into a document; answered when it is on disk",
    tags: ["documents"],
    consumes: ["application/octet-stream"],
    params: DOCUMENT,
    response: { 204: { type: "null", description: "On disk" }, ...PROBLEMS },
  },
} as const

export const COPY_DOCUMENT: RouteSchema = {
  schema: {
    operationId: "copyDocument",
    summary: "Makes a new document with the same content",
    tags: ["documents"],
    params: DOCUMENT,
    querystring: { type: "object", properties: { name: NEW_NAME } },
    response: { 201: NEW_DOCUMENT, ...PROBLEMS },
  },
} as const

export const LIST_SESSIONS: RouteSchema = {
  schema: {
    operationId: "listSessions",
    summary: "Who is connected to a document, as they show themselves",
    tags: ["documents"],
    params: DOCUMENT,
    response: {
      200: {
        type: "object",
        properties: {
          sessions: {
            type: "array",
            items: {
              type: "object",
              properties: {
                id: { type: "string" },
                access: { enum: ["read", "comment", "write", "admin"] },
                joined: TIME,
                name: { type: ["string", "null"] },
                color: { type: ["string", "null"] },
              },
              required: ["id", "access", "joined", "name", "color"],
            },
          },
        },
        required: ["sessions"],
      },
      ...PROBLEMS,
    },
  },
} as const

export const STATISTICS: RouteSchema = {
  schema: {
    operationId: "statistics",
    summary: "How much is open and how much is stored",
    tags: ["server"],
    response: {
      200: {
        type: "object",
        properties: {
          open: {
            type: "object",
            properties: { documents: COUNT, sessions: COUNT, unstoredBytes: COUNT },
            required: ["documents", "sessions", "unstoredBytes"],
          },
          stored: { type: "object", additionalProperties: COUNT },
        },
        required: ["open", "stored"],
      },
      ...PROBLEMS,
    },
  },
} as const

export const UPLOAD: RouteSchema = {
  schema: {
    operationId: "uploadImage",
    summary: "Keeps an image for a document: the file itself is the body of the request",
    tags: ["files"],
    consumes: ["image/*", "application/octet-stream"],
    params: DOCUMENT,
    response: {
      201: {
        type: "object",
        properties: {
          address: { type: "string", description: "Where the file is from now on, on this server" },
          type: { type: "string", description: "As told by its content" },
          bytes: COUNT,
          width: { type: ["integer", "null"] },
          height: { type: ["integer", "null"] },
        },
        required: ["address", "type", "bytes", "width", "height"],
      },
      ...PROBLEMS,
    },
  },
} as const
