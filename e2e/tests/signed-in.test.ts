import { createHmac, randomBytes } from "node:crypto"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { Server } from "../fixtures/server.ts"
import { expect, test as base } from "../fixtures/test.ts"

const SECRET = randomBytes(32).toString("base64url")

/** A server on which an application says who may do what. */
const test = base.extend({
  server: async ({ folder }, use) => {
    const secret = join(folder, "secret")
    await writeFile(secret, SECRET)
    const server = new Server(join(folder, "data"), ["--access", "token", "--token-secret-file", secret])
    await server.start()
    await use(server)
    await server.stop()
  },
})

const DOCUMENT = "/d/HMTjMRzyV0aDlsiFqbWOng"

test("an application hands people over by a link with a token, which is gone from the address at once", async ({
  alice,
  bob,
}) => {
  await alice.openDocument(`${DOCUMENT}#token=${tokenFor("alice", "Alice", "write")}`)
  await alice.canWrite()
  expect(new URL(alice.page.url()).hash).toBe("")
  await alice.type("Alice may write.")
  await alice.isTold("Saved")

  await bob.openDocument(`${DOCUMENT}#token=${tokenFor("bob", "Bob", "read")}`)
  await bob.sees("Alice may write.")
  await expect(bob.editor).toHaveAttribute("contenteditable", "false")

  // The session outlives the page.
  await alice.page.reload()
  await alice.type(" Still.")
  await bob.sees("Alice may write. Still.")
})

test("without a token nothing opens, and the page says to sign in", async ({ alice }) => {
  await alice.openDocument(DOCUMENT)
  await expect(alice.page.getByRole("alert")).toContainText("Please sign in again.")
})

test("whoever is signed in next at the same browser gets nothing of the one before", async ({ alice, server }) => {
  await alice.openDocument(`${DOCUMENT}#token=${tokenFor("alice", "Alice", "write")}`)
  await alice.canWrite()
  await alice.type("Alice's secret.")
  await alice.isTold("Saved")
  await alice.page.reload()
  await alice.sees("Alice's secret.")
  // A document that Mallory may not open: all that could show is what this browser keeps.
  await server.stop()
  await server.start()
  await alice.openDocument("/#")
  await alice.openDocument(`${DOCUMENT}#token=${tokenFor("mallory", "Mallory", "write", "elsewhere")}`)
  await expect(alice.page.getByRole("alert")).toContainText("You are not allowed to open this document.")
  await expect(alice.page.getByText("Alice's secret.")).toHaveCount(0)
  await alice.goHome()
  await expect(alice.page.getByText("Alice's secret.")).toHaveCount(0)
})

function tokenFor(sub: string, name: string, access: string, doc: string = DOCUMENT.slice("/d/".length)): string {
  const claims = { sub, name, doc, access, exp: Math.floor(Date.now() / 1000) + 300 }
  const unsigned = `${part({ alg: "HS256" })}.${part(claims)}`
  return `${unsigned}.${createHmac("sha256", SECRET).update(unsigned).digest("base64url")}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url")
}
