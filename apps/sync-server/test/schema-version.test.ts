import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import { SCHEMA_VERSION } from "../src/schema-version.ts"

test("the server knows the version of the schema that its editor has", async () => {
  const source = await readFile(new URL("../../../packages/schema/src/schema-version.ts", import.meta.url), "utf8")
  expect(/export const SCHEMA_VERSION = (\d+)/.exec(source)?.[1]).toBe(String(SCHEMA_VERSION))
})
