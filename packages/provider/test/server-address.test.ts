import { expect, test } from "vitest"
import { serverAddress } from "../src/server-address.ts"

test.each([
  ["ws://host:8080", "ws://host:8080/sync", "http://host:8080/sync"],
  ["http://host:8080/", "ws://host:8080/sync", "http://host:8080/sync"],
  ["wss://host", "wss://host/sync", "https://host/sync"],
  ["https://host:443", "wss://host/sync", "https://host/sync"],
  ["https://host/team/sync/", "wss://host/team/sync", "https://host/team/sync"],
])("%s", (url, base, server) => {
  expect(serverAddress(url, "plan")).toMatchObject({ base, server, room: "plan", parameters: {} })
})

test("parameters of the address go along, and are no part of the server's name", () => {
  expect(serverAddress("https://host/?region=eu", "plan")).toMatchObject({
    base: "wss://host/sync",
    server: "https://host/sync",
    parameters: { region: "eu" },
  })
})

test("the name is encoded once", () => {
  expect(serverAddress("https://host", "a/b c%20ü").room).toBe("a%2Fb%20c%2520%C3%BC")
})
