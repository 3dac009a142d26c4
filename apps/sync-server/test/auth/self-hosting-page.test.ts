import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { expect, test } from "vitest"
import { RawClient } from "../raw-client.ts"
import { temporaryFolder } from "../temporary-folder.ts"
import { testServer } from "../test-server.ts"
import { SECRET } from "./guarded-server.ts"

const PAGE = new URL("../../../../docs/self-hosting.md", import.meta.url)

test("the example in docs/self-hosting.md signs tokens that let people in, and no further than they say", async () => {
  const page = await readFile(PAGE, "utf8")
  const code = /```js\n(\/\/ ligature-token\.js\n[^]*?)```/.exec(page)?.[1]
  if (code === undefined) throw new Error("the page has lost its example")
  await using folder = await temporaryFolder()
  const file = join(folder.path, "ligature-token.mjs")
  await writeFile(file, code)
  const { ligatureToken }: { ligatureToken: (claims: object) => string } = await import(pathToFileURL(file).href)

  await using server = await testServer({ auth: { access: "token", tokenSecret: SECRET } })
  const person = { id: "ann", name: "Ann" }
  const forWriting = ligatureToken({ person, document: "team/minutes", access: "write", secret: SECRET })
  const url = `${server.sync}/${encodeURIComponent("team/minutes")}`
  using ann = await new RawClient(url, { token: forWriting }).loaded()
  ann.doc.getText("text").insert(0, "signed by the example")
  await ann.saved()

  const forReading = ligatureToken({ person, document: "team/minutes", access: "read", secret: SECRET })
  using reader = await new RawClient(url, { token: forReading }).loaded()
  expect(reader.doc.getText("text").toJSON()).toBe("signed by the example")
  expect(reader.heard).toContainEqual({ type: "access", access: "read", reason: "granted" })
  using elsewhere = new RawClient(`${server.sync}/other`, { token: forWriting })
  expect((await elsewhere.closed).code).toBe(4403)
})
