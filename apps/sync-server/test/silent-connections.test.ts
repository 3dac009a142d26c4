import { once } from "node:events"
import { connect } from "node:net"
import { expect, test } from "vitest"
import { testServer } from "./test-server.ts"

test("a connection that was opened ahead of time and never used keeps no server from ending", async () => {
  await using server = await testServer()
  const silent = connect(server.port, "127.0.0.1")
  await once(silent, "connect")
  // The server has taken it in when it answers somebody who came later.
  expect((await fetch(`${server.address}/health`)).status).toBe(200)
  const cut = once(silent.resume(), "close")
  expect(await server.close()).toEqual({ unstored: [] })
  await cut
})
