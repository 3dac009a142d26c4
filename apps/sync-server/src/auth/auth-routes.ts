import type { DocumentStore } from "@ligature/store"
import type { FastifyInstance } from "fastify"
import type { HostNames } from "../host-names.ts"
import { addAccessRoutes } from "./access-routes.ts"
import type { Authority } from "./authority.ts"
import { identifyVisitors } from "./http-visitor.ts"
import { addLinkRoutes } from "./link-routes.ts"
import { addSessionRoutes } from "./session-routes.ts"

/** Everything over HTTP that is about who may come in; from here on, routes under `/api/` know who asks. */
export function addAuthRoutes(
  app: FastifyInstance,
  o: { readonly authority: Authority; readonly hosts: HostNames; readonly store: DocumentStore },
): void {
  identifyVisitors(app, o.authority)
  addSessionRoutes(app, o)
  addAccessRoutes(app, o.authority)
  addLinkRoutes(app, o)
}
