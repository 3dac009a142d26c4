// y-websocket's own server with its LevelDB persistence: `node y-websocket.js PORT FOLDER`.
import http from "node:http"
import { WebSocketServer } from "ws"

const [port, folder] = process.argv.slice(2)
process.env.YPERSISTENCE = folder
const { setupWSConnection } = await import("@y/websocket-server/utils")

const server = http.createServer()
const sockets = new WebSocketServer({ server })
sockets.on("connection", setupWSConnection)
server.listen(Number(port), "127.0.0.1", () => console.log(`ready at http://127.0.0.1:${server.address().port}`))
process.on("SIGTERM", () => process.exit(0))
