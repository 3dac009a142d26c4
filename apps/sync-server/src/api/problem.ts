import type { FastifyReply } from "fastify"

/** An answer that says what went wrong, for machines and for people (RFC 9457). */
export class Problem extends Error {
  readonly status: number
  /** Stable; the last part of the `type` member. */
  readonly code: string
  /** Headers that belong to the answer, such as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>

  /**
   * @param status of HTTP, 400 to 599
   * @param code small letters and hyphens: "no-such-document"
   * @param detail for the person who reads it: which value, why, what to do
   */
  constructor(
    status: number,
    code: string,
    detail: string,
    o: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail, o.cause === undefined ? {} : { cause: o.cause })
    this.name = "Problem"
    this.status = status
    this.code = code
    this.headers = o.headers ?? {}
  }
}

/** Answers with `application/problem+json`. */
export function replyWithProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ ...problem.headers, "cache-control": "no-store" })
    .type("application/problem+json; charset=utf-8")
    .send({
      type: `urn:ligature:problem:${problem.code}`,
      title: titleOf(problem.code),
      status: problem.status,
      detail: problem.message,
    })
}

/** "no-such-document" → "No such document": a title is the same for every occurrence (RFC 9457, 3.1.3). */
function titleOf(code: string): string {
  const words = code.replaceAll("-", " ")
  return words.charAt(0).toUpperCase() + words.slice(1)
}
