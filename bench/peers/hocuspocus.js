// Hocuspocus with its SQLite extension, defaults otherwise: `node hocuspocus.js PORT FOLDER`.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { SQLite } from "@hocuspocus/extension-sqlite"
import { Server } from "@hocuspocus/server"

const [port, folder] = process.argv.slice(2)
mkdirSync(folder, { recursive: true })
const server = new Server({
  address: "127.0.0.1",
  port: Number(port),
  quiet: true,
  stopOnSignals: false,
  extensions: [new SQLite({ database: join(folder, "documents.sqlite") })],
})
await server.listen()
console.log(`ready at http://127.0.0.1:${server.address.port}`)
process.on("SIGTERM", () => void server.destroy().then(() => process.exit(0)))
