import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance } from "fastify"
import type { HostNames } from "../host-names.ts"
import { addAccessRoutes } from "./access-routes.ts"
import type { Authority } from "./authority.ts"
import { addLinkRoutes } from "./link-routes.ts"
import { addSessionRoutes } from "./session-routes.ts"

/** Everything over HTTP that is about who may come in. */
export function addAuthRoutes(
  app: FastifyInstance,
  o: { readonly authority: Authority; readonly hosts: HostNames; readonly store: DocumentStore },
): void {
  addSessionRoutes(app, o)
  addAccessRoutes(app, o.authority)
  addLinkRoutes(app, o)
}
