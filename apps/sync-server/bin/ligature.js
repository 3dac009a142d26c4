#!/usr/bin/env node
// Committed as it is: npm links no command whose file is missing at install, and `dist` appears only with the build.
import { existsSync } from "node:fs"

const command = new URL("../dist/cli.js", import.meta.url)

if (existsSync(command)) {
  await import(command.href)
} else {
  console.error("Ligature is not built yet: run `npm run build` in the repository, then try again.")
  process.exitCode = 1
}
