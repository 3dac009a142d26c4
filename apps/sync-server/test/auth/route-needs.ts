/** What a route asks of whoever calls it. */
export type Needs =
  /** Nothing: it is for everybody, and looks at no credential. */
  | "nothing"
  /** To be somebody. */
  | "identity"
  /** To be somebody by a token, not by a cookie. */
  | "token"
  /** This access to the document that it is about. */
  | "read"
  | "write"
  | "admin"
  /** To be an admin of everything. */
  | "host"

export interface RouteCase {
  readonly needs: Needs
  /** What stands behind the path, where the route does not work without. `NAME` is the document. */
  readonly query?: string
  readonly body?: string | object
  /** The document is there. */
  readonly exists?: boolean
  readonly type?: string
}

/**
 * Every route of the server. One that is not here, or is no longer there, fails the test: whoever adds a route says here who may call it.
 * HEAD goes with its GET.
 */
export const ROUTES: Readonly<Record<string, RouteCase>> = {
  "GET /": { needs: "nothing" },
  "GET /*": { needs: "nothing" },
  "GET /d/*": { needs: "nothing" },
  "GET /r/*": { needs: "nothing" },
  "GET /health": { needs: "nothing" },
  "GET /ready": { needs: "nothing" },

  "GET /files/:id": { needs: "nothing" },

  "GET /api/*": { needs: "identity" },
  "GET /api/openapi.json": { needs: "identity" },
  "GET /api/session": { needs: "identity" },
  "POST /api/session": { needs: "token" },
  "DELETE /api/session": { needs: "identity" },

  "GET /api/documents": { needs: "host" },
  "POST /api/documents": { needs: "write", query: "?name=NAME", body: "# Hello", type: "text/markdown" },
  "GET /api/documents/:document": { needs: "read" },
  "GET /api/documents/:document/content": { needs: "read" },
  "POST /api/documents/:document/updates": { needs: "write", body: "\0\0", type: "application/octet-stream" },
  // The copy needs a name that one may write under.
  "POST /api/documents/:document/copy": { needs: "write", query: "?name=NAME", exists: true },
  "GET /api/documents/:document/sessions": { needs: "read" },
  "POST /api/documents/:document/uploads": { needs: "write", body: "no image", type: "image/png" },
  "GET /api/documents/:document/restore-points": { needs: "write" },
  "GET /api/documents/:document/restore-points/:point": { needs: "write" },
  "POST /api/documents/:document/restore-points/:point/copy": { needs: "write", query: "?name=NAME" },
  "GET /api/statistics": { needs: "host" },

  // With tokens; in open mode whoever may write owns the document.
  "DELETE /api/documents/:document": { needs: "admin" },
  "POST /api/trash/:document/restore": { needs: "admin" },
  "GET /api/trash": { needs: "host" },
  "DELETE /api/trash/:document": { needs: "host" },

  "GET /api/documents/:document/access": { needs: "admin" },
  "PUT /api/documents/:document/access": { needs: "admin", body: { access: "read" } },
  "DELETE /api/documents/:document/access": { needs: "admin" },
  "PUT /api/documents/:document/access/:subject": { needs: "admin", body: { access: "read" } },
  "DELETE /api/documents/:document/access/:subject": { needs: "admin" },
  // Writers learn that here tokens say who may come in; in open mode links.test.ts has the rest.
  "GET /api/documents/:document/links": { needs: "write" },
  "PUT /api/documents/:document/links/read": { needs: "write" },
  "POST /api/documents/:document/links/read": { needs: "write" },
  "DELETE /api/documents/:document/links/read": { needs: "write" },
  "POST /api/documents/:document/links/write": { needs: "write" },
  "PUT /api/subjects/:subject/access": { needs: "host", body: { access: "read" } },
  "DELETE /api/subjects/:subject/access": { needs: "host" },
  "DELETE /api/subjects/:subject/sessions": { needs: "host" },
}
