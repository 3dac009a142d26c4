import { expect, test } from "vitest"
import { LivingRooms } from "./living-rooms.ts"

test("two writers see each other's words, and both are told that they are on disk", async () => {
  const house = new LivingRooms()
  const a = house.join({ speaks: "ligature.v1" })
  const b = house.join()
  await house.settle()
  a.type("one")
  b.type(" two")
  await house.settle()
  expect(a.text).toBe(b.text)
  expect(a.text).toHaveLength(7)
  expect(a.receipts).toBe(a.sent)
  expect(a.hasPending || b.hasPending).toBe(false)
})
