import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import { text } from "node:stream/consumers"
import { systemClock } from "@ligature/protocol"
import { fakeClock } from "@ligature/testing"
import { describe, expect, test } from "vitest"
import { silentLog } from "../src/server-log.ts"
import { readWebhookConfig } from "../src/webhooks/webhook-config.ts"
import { Webhooks } from "../src/webhooks/webhooks.ts"

const SECRET = "a secret that nobody can guess, ever"

/** A receiver that answers as it is told, and clocks that stand still. */
function receiver(answers: (number | Error)[] = []) {
  const clock = fakeClock()
  const taken: { headers: Record<string, string>; body: string; at: number }[] = []
  const config = readWebhookConfig({ webhookUrl: ["https://example.org/hook"], webhookSecret: SECRET })
  if (config === null) throw new Error("there is a receiver")
  const webhooks = new Webhooks({
    config,
    clock,
    log: silentLog,
    post: async (_url, message) => {
      taken.push({ ...message, at: clock.now() })
      const answer = answers.shift() ?? 204
      if (answer instanceof Error) throw answer
      return answer
    },
  })
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1000) {
      clock.advance(Math.min(left, 1000))
      await new Promise((resolve) => void setImmediate(resolve))
    }
  }
  const change = (document: string, bytes = 10): void =>
    webhooks.rooms.committed?.(document, { updates: 1, bytes, ms: 1 })
  const told = (): unknown[] => taken.map(({ body }) => JSON.parse(body))
  return { clock, taken, webhooks, pass, change, told }
}

describe("changes", () => {
  test("are told once a document has come to rest, all together", async () => {
    const { change, pass, told } = receiver()
    change("minutes")
    await pass(1000)
    change("minutes", 32)
    change("plan")
    await pass(1500)
    expect(told()).toEqual([])
    await pass(1000)
    expect(told()).toMatchObject([
      { type: "document.changed", data: { document: "minutes", updates: 2, bytes: 42 } },
      { type: "document.changed", data: { document: "plan", updates: 1 } },
    ])
  })

  test("of somebody who never rests are told twice a minute", async () => {
    const { change, pass, told } = receiver()
    for (let second = 0; second < 61; second++) {
      change("novel")
      await pass(1000)
    }
    expect(told()).toHaveLength(2)
  })

  test("come before the deletion of the document", async () => {
    const { change, webhooks, pass, told } = receiver()
    change("minutes")
    webhooks.tell("document.deleted", "minutes")
    await pass(1000)
    expect(told()).toMatchObject([{ type: "document.changed" }, { type: "document.deleted" }])
  })
})

describe("a receiver", () => {
  test("is asked again, with the same id, until it takes the message", async () => {
    const { change, pass, taken } = receiver([500, new Error("connection refused"), 302])
    change("minutes")
    await pass(200_000)
    expect(taken).toHaveLength(4)
    expect(new Set(taken.map(({ headers }) => headers["webhook-id"])).size).toBe(1)
    const waits = taken.slice(1).map(({ at }, index) => at - (taken[index]?.at ?? 0))
    expect(waits).toEqual([5_000, 30_000, 120_000])
  })

  test("that is away hears of what came meanwhile in one message", async () => {
    const { change, pass, told } = receiver([503, 503])
    change("minutes")
    await pass(4_000)
    for (let times = 0; times < 5; times++) {
      change("minutes")
      await pass(3_000)
    }
    await pass(60_000)
    expect(told().at(-1)).toMatchObject({ data: { updates: 6 } })
    expect(told()).toHaveLength(3)
  })

  test("that is gone for days is given up, and the next change is told again", async () => {
    const { change, pass, taken } = receiver(Array.from({ length: 9 }, () => 500))
    change("minutes")
    await pass(100_000_000)
    expect(taken).toHaveLength(9)
    change("minutes")
    await pass(3_000)
    expect(taken).toHaveLength(10)
  })

  test("that answers 410 is not asked again", async () => {
    const { change, pass, taken } = receiver([410])
    change("minutes")
    await pass(1_000_000)
    expect(taken).toHaveLength(1)
  })

  test("gets after a restart what it had not taken before", async () => {
    const before = receiver([500])
    before.change("minutes")
    await before.pass(3_000)
    before.change("plan")
    const left = before.webhooks.close()
    const after = receiver()
    after.webhooks.resume(left)
    await after.pass(1_000)
    expect(after.told()).toMatchObject([{ data: { document: "minutes" } }, { data: { document: "plan" } }])
  })
})

test("over a real connection the signature is that of the Standard Webhooks", async () => {
  const server = createServer()
  const arrived = new Promise<{ headers: NodeJS.Dict<string | string[]>; body: string }>((resolve) => {
    server.on("request", (request, response) => {
      const answer = async (): Promise<void> => {
        resolve({ headers: request.headers, body: await text(request) })
        response.writeHead(204).end()
      }
      void answer()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" ? address?.port : null
  const config = readWebhookConfig({ webhookUrl: [`http://127.0.0.1:${port}/hook`], webhookSecret: SECRET })
  if (config === null) throw new Error("there is a receiver")
  const webhooks = new Webhooks({ config, clock: systemClock, log: silentLog })
  webhooks.tell("document.deleted", "minutes")
  const { headers, body } = await arrived
  const signed = [headers["webhook-id"], headers["webhook-timestamp"], body].join(".")
  const signature = createHmac("sha256", SECRET).update(signed).digest("base64")
  expect(headers["webhook-signature"]).toBe(`v1,${signature}`)
  expect(JSON.parse(body)).toMatchObject({ type: "document.deleted", data: { document: "minutes" } })
  webhooks.close()
  await new Promise((resolve) => server.close(resolve))
})

test.each([
  [{ webhookUrl: ["https://example.org/hook"] }, "needs --webhook-secret-file"],
  [{ webhookUrl: ["https://example.org/hook"], webhookSecret: "short" }, "has 5 bytes"],
  [{ webhookUrl: ["ftp://example.org"], webhookSecret: SECRET }, "must be an address"],
  [{ webhookUrl: ["https://a:b@example.org"], webhookSecret: SECRET }, "must be an address"],
])("%j is refused with what would be right", (input, sentence) => {
  expect(() => readWebhookConfig(input)).toThrow(sentence)
})
