import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import { Heartbeat } from "../src/heartbeat.ts"

function watchedConnection() {
  const clock = fakeClock()
  const events: string[] = []
  const waiting: { since: number | null; bytes: number } = { since: null, bytes: 0 }
  const heartbeat = new Heartbeat(clock, {
    waitingSince: () => waiting.since,
    waitingBytes: () => waiting.bytes,
    ask: () => events.push("ask"),
    stalled: (stalled) => events.push(`stalled ${stalled}`),
    dead: () => events.push("dead"),
  })
  heartbeat.start()
  return { clock, events, heartbeat, waiting }
}

test("when the browser says it is offline, a connection that does not answer in a moment is dead", () => {
  const { clock, events, heartbeat } = watchedConnection()
  heartbeat.heard()
  heartbeat.doubtMuch()
  clock.advance(1_499)
  expect(events).toEqual(["ask"])
  clock.advance(1)
  expect(events).toEqual(["ask", "dead"])
})

test("one that answers lives on: the way to this server needs no network", () => {
  const { clock, events, heartbeat } = watchedConnection()
  heartbeat.heard()
  heartbeat.doubtMuch()
  clock.advance(1_000)
  heartbeat.heard()
  clock.advance(5_000)
  expect(events).toEqual(["ask"])
})

test("a doubt that was patient becomes impatient, and a connection that is closed is not asked", () => {
  const { clock, events, heartbeat } = watchedConnection()
  heartbeat.heard()
  heartbeat.doubt()
  heartbeat.doubtMuch()
  clock.advance(1_500)
  expect(events).toEqual(["ask", "dead"])
  heartbeat.stop()
  heartbeat.doubtMuch()
  clock.advance(10_000)
  expect(events).toEqual(["ask", "dead"])
})

test("a change that follows a silence and is met by silence: the connection is given up within 6 s, and the next is kept busy", () => {
  const { clock, events, heartbeat, waiting } = watchedConnection()
  heartbeat.heard()
  clock.advance(10_000)
  waiting.since = clock.now()
  clock.advance(6_000)
  expect(events).toEqual(["ask", "dead"])
  waiting.since = null
  heartbeat.start()
  heartbeat.heard()
  clock.advance(5_000)
  expect(events).toEqual(["ask", "dead", "ask", "ask"])
})

test("a large change on a slow line has its time, and so has a busy connection", () => {
  const { clock, events, heartbeat, waiting } = watchedConnection()
  heartbeat.heard()
  clock.advance(5_000)
  Object.assign(waiting, { since: clock.now(), bytes: 1_000_000 })
  clock.advance(5_000)
  expect(events).toEqual([])
  heartbeat.heard()
  waiting.since = clock.now() - 1
  waiting.bytes = 10
  clock.advance(5_000)
  expect(events).toEqual([])
})
