/** What a route says of itself in `/api/openapi.json`, and what Fastify checks for it. */
export interface RouteSchema {
  readonly schema: {
    readonly operationId: string
    readonly summary: string
    readonly tags: readonly string[]
    readonly description?: string
    readonly params?: object
    readonly querystring?: object
    readonly consumes?: readonly string[]
    readonly produces?: readonly string[]
    readonly body?: object
    readonly response?: object
  }
}

/** @param rest parts of the schema beyond the description, such as the body */
export function about(tag: string, operationId: string, summary: string, rest: { body?: object } = {}): RouteSchema {
  return { schema: { operationId, summary, tags: [tag], ...rest } }
}
