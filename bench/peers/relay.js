// The floor: a room is a set of sockets, every frame goes to all others, nothing is read or stored. `node relay.js PORT`.
import http from "node:http"
import { WebSocketServer } from "ws"

const server = http.createServer()
const rooms = new Map()
new WebSocketServer({ server }).on("connection", (socket, request) => {
  const room = rooms.get(request.url) ?? new Set()
  rooms.set(request.url, room.add(socket))
  socket.on("message", (frame) => {
    for (const other of room) if (other !== socket) other.send(frame)
  })
  socket.on("close", () => room.delete(socket))
})
server.listen(Number(process.argv[2]), "127.0.0.1", () =>
  console.log(`ready at http://127.0.0.1:${server.address().port}`),
)
process.on("SIGTERM", () => process.exit(0))
