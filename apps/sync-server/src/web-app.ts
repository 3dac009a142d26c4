import { existsSync } from "node:fs"
import { join, sep } from "node:path"
import { fileURLToPath } from "node:url"
import { fastifyStatic } from "@fastify/static"
import type { FastifyInstance, FastifyReply } from "fastify"

/** Where the build puts the web app: beside the server's own built files, from `src` as from `dist`. */
export const WEB_APP_FOLDER: string = fileURLToPath(new URL("../dist/web", import.meta.url))

/**
 * Serves the built web app: its page at `/`, `/d/<name>` and `/r/<key>`, its files where the build put them.
 *
 * @param earlier has the hashed files of earlier releases, for pages that were opened before an upgrade; null for none
 */
export function serveWebApp(app: FastifyInstance, folder: string, earlier: string | null): void {
  app.register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    // The build has put them there; over a telephone's network they are a third of the wait.
    preCompressed: true,
    // Made of size and date, and npm gives every packed file the same date: two releases could look like one.
    etag: false,
    lastModified: false,
    setHeaders: (answer, path) => {
      void answer.setHeader("vary", "accept-encoding")
      void answer.setHeader("cache-control", cachingOf(path.slice(folder.length).replace(/\.(br|gz)$/, "")))
    },
  })

  const page = (_request: unknown, reply: FastifyReply): FastifyReply => {
    // Looked up at each visit: a build that finishes while the server runs is seen.
    if (existsSync(join(folder, "index.html"))) return reply.sendFile("index.html")
    return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT)
  }
  app.get("/", page)
  app.get("/d/*", page)
  app.get("/r/*", page)
  app.get<{ Params: { "*": string } }>("/*", (request, reply) => {
    const path = request.params["*"]
    const hashed = /^assets\/([\w-][\w.-]*)$/.exec(path)?.[1]
    if (
      hashed !== undefined &&
      earlier !== null &&
      !existsSync(join(folder, path)) &&
      existsSync(join(earlier, hashed))
    ) {
      void reply.header("cache-control", HASHED)
      return reply.sendFile(hashed, earlier, { cacheControl: false })
    }
    // Somebody who followed a broken link gets the app, which says so and leads on; programs get a plain answer.
    const isVisit = request.headers.accept?.includes("text/html") === true && !/\.\w*$|\.\./.test(path)
    if (isVisit && !existsSync(join(folder, path))) return page(request, reply.code(404))
    return reply.sendFile(path)
  })
}

const HASHED = "public, max-age=31536000, immutable"

/** Names in `assets` carry a hash of their content; everything else has to be asked for again each time. */
function cachingOf(path: string): string {
  return path.startsWith(`${sep}assets${sep}`) ? HASHED : "no-cache"
}

const NOT_BUILT = `<!doctype html>
<html lang="en">
<title>Ligature</title>
<h1>The web app is not built</h1>
<p>The sync server is running, but its web app is missing. Run <code>npm run build</code> in the repository and reload this page.</p>
</html>
`
