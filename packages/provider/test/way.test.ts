import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import { type Way, WayFinder } from "../src/way.ts"
import type { WayMemory } from "../src/way-memory.ts"

const DAY_MS = 24 * 60 * 60 * 1000
const SERVER = "https://docs.example.org"

function memory(): WayMemory & { readonly kept: Map<string, number> } {
  const kept = new Map<string, number>()
  return {
    kept,
    read: (server) => kept.get(server) ?? null,
    write: (server, when) => void kept.set(server, when),
    forget: (server) => void kept.delete(server),
  }
}

test("two WebSockets that end without a word, and the next attempt goes by long-polling", () => {
  const finder = new WayFinder(memory(), SERVER, fakeClock())
  const ways: Way[] = [finder.next]
  finder.mute("websocket", "refused")
  ways.push(finder.next)
  finder.mute("websocket", "refused")
  ways.push(finder.next)
  expect(ways).toEqual(["websocket", "websocket", "polling"])
})

test("one that was given its time and said nothing is enough", () => {
  const finder = new WayFinder(memory(), SERVER, fakeClock())
  finder.mute("websocket", "silent")
  expect(finder.next).toBe("polling")
})

test("a word in between: the next failure is a first one", () => {
  const finder = new WayFinder(memory(), SERVER, fakeClock())
  finder.mute("websocket", "refused")
  finder.heard("websocket")
  finder.mute("websocket", "refused")
  expect(finder.next).toBe("websocket")
})

test("a server that is down is tried both ways, and nothing is remembered of it", () => {
  const remembered = memory()
  const finder = new WayFinder(remembered, SERVER, fakeClock())
  const ways: Way[] = []
  for (let attempt = 0; attempt < 6; attempt++) {
    ways.push(finder.next)
    finder.mute(finder.next, "refused")
  }
  expect(ways).toEqual(["websocket", "websocket", "polling", "websocket", "websocket", "polling"])
  expect(remembered.kept.size).toBe(0)
})

test("a way that worked is remembered for a day, for its server alone", () => {
  const remembered = memory()
  const clock = fakeClock()
  new WayFinder(remembered, SERVER, clock).heard("polling")
  clock.advance(DAY_MS - 1)
  expect(new WayFinder(remembered, SERVER, clock).next).toBe("polling")
  expect(new WayFinder(remembered, "https://other.example", clock).next).toBe("websocket")
  clock.advance(1)
  expect(new WayFinder(remembered, SERVER, clock).next).toBe("websocket")
})

test("a WebSocket that works makes the memory void; so does a clock that was set back", () => {
  const remembered = memory()
  const clock = fakeClock()
  new WayFinder(remembered, SERVER, clock).heard("polling")
  new WayFinder(remembered, SERVER, clock).heard("websocket")
  expect(new WayFinder(remembered, SERVER, clock).next).toBe("websocket")
  remembered.write(SERVER, clock.now() + 1)
  expect(new WayFinder(remembered, SERVER, clock).next).toBe("websocket")
})
