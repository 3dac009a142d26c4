// `npm start`: installs what is missing, builds what is stale, then serves the app and the sync server. Flags pass through.
import { ensureBuilt } from "./build.js"
import { ensureInstalled } from "./install.js"
import { whenRunDirectly } from "./run.js"

await whenRunDirectly(import.meta.url, async () => {
  await ensureInstalled()
  await ensureBuilt()
  // In this process, so that a signal reaches the server and nothing stands between it and the terminal.
  process.argv.splice(2, 0, "serve")
  await import("../apps/sync-server/bin/ligature.js")
})
