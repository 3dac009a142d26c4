import { expect, test } from "vitest"
import { freshBrowser, openTab, reaches, startServer, textOf, until, write } from "./harness.ts"

test("two tabs without a network see each other's words and count the browser's changes", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const one = openTab(server, browser, { create: true })
  await one.whenLoaded
  const two = openTab(server, browser)
  await two.whenLoaded
  write(one, "from one, ")
  await until(two, () => textOf(two) === "from one, ")
  write(two, "from two")
  await until(one, () => textOf(one) === "from one, from two")
  await Promise.all([reaches(one, "offline"), reaches(two, "offline")])
  expect(one.status).toMatchObject({ changes: 2 })
  expect(two.status).toMatchObject({ changes: 2 })
})

test("what another tab made reaches the server though that tab is gone", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const one = openTab(server, browser, { create: true })
  const two = openTab(server, browser)
  await Promise.all([one.whenLoaded, two.whenLoaded])
  write(one, "last words")
  await until(two, () => textOf(two) === "last words")
  await one.destroy()
  server.refuse = null
  await reaches(two, "saved")
  expect(textOf({ doc: server.doc() })).toBe("last words")
  await two.destroy()

  server.refuse = 4503
  const three = openTab(server, browser)
  await reaches(three, "offline")
  expect(three.status).toMatchObject({ changes: 0 })
})

test("a tab whose own connection is down has its changes saved through the other one", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const dead = { subject: "ada", token: () => Promise.reject(new Error("no token")) }
  const connected = openTab(server, browser, { subject: "ada" })
  await reaches(connected, "saved")
  const cut = openTab(server, browser, dead)
  await cut.whenLoaded
  await reaches(cut, "offline")
  write(cut, "through the other tab")
  await server.until(() => textOf({ doc: server.doc() }) === "through the other tab")
  await until(cut, () => cut.status.state === "offline" && cut.status.changes === 0)
  await reaches(connected, "saved")
  expect(cut.status).toMatchObject({ state: "offline", changes: 0 })
})

test("two connected tabs settle: each change is sent by each tab at most once", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const one = openTab(server, browser)
  const two = openTab(server, browser)
  await Promise.all([reaches(one, "saved"), reaches(two, "saved")])
  for (const word of ["a", "b", "c", "d"]) write(one, word)
  await until(two, () => textOf(two) === "abcd")
  await Promise.all([reaches(one, "saved"), reaches(two, "saved")])
  expect(textOf({ doc: server.doc() })).toBe("abcd")
  for (const session of server.sessions) {
    expect(session.messages.filter((message) => message.type === "update").length).toBeLessThanOrEqual(4)
  }
})

test("a tab that stands on words this tab lacks is counted, and carried once they are in", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  const one = openTab(server, browser)
  const two = openTab(server, browser)
  await Promise.all([reaches(one, "saved"), reaches(two, "saved")])
  // Their word reaches tab one alone; tab one writes behind it and closes before the server hears of it.
  const [first, second] = server.sessions
  if (first === undefined || second === undefined) throw new Error("both tabs are connected")
  server.sessions.splice(server.sessions.indexOf(second), 1)
  server.doc().getText("flow").insert(0, "theirs ")
  await until(one, () => textOf(one) === "theirs ")
  server.receipts = "held"
  first.deaf = true
  write(one, "mine")
  await until(two, () => two.status.state === "saving" && two.status.changes === 1)
  expect(textOf(two)).toBe("")
  await one.destroy()
  server.receipts = "at once"
  second.send({ type: "update", update: server.everything() })
  await reaches(two, "saved")
  expect(textOf({ doc: server.doc() })).toBe("theirs mine")
})

test("tabs of different people do not meet", async () => {
  const server = await startServer()
  const browser = freshBrowser()
  server.refuse = 4503
  const ada = openTab(server, browser, { create: true, subject: "ada" })
  const grace = openTab(server, browser, { create: true, subject: "grace" })
  const adasOther = openTab(server, browser, { create: true, subject: "ada" })
  await Promise.all([ada.whenLoaded, grace.whenLoaded, adasOther.whenLoaded])
  write(ada, "private")
  await until(adasOther, () => textOf(adasOther) === "private")
  expect(textOf(grace)).toBe("")
})
