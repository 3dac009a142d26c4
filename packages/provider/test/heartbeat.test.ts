import { fakeClock } from "@ligature/testing"
import { expect, test } from "vitest"
import { Heartbeat } from "../src/heartbeat.ts"

function watchedConnection() {
  const clock = fakeClock()
  const events: string[] = []
  const heartbeat = new Heartbeat(clock, {
    waitingSince: () => null,
    ask: () => events.push("ask"),
    stalled: (stalled) => events.push(`stalled ${stalled}`),
    dead: () => events.push("dead"),
  })
  heartbeat.start()
  return { clock, events, heartbeat }
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
