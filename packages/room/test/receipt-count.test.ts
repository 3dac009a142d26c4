import { seededRandom } from "@ligature/testing"
import { expect, test } from "vitest"
import { NEVER, ReceiptCount } from "../src/receipt-count.ts"

test("the count stops before what waits, and passes it with all behind it", () => {
  const receipts = new ReceiptCount()
  receipts.push(1)
  const held = receipts.push(NEVER)
  receipts.push(2)
  expect(receipts.advance(2)).toBe(true)
  expect(receipts.count).toBe(1)
  expect(receipts.advance(5)).toBe(false)
  receipts.settle(held, 6)
  expect(receipts.advance(5)).toBe(false)
  expect(receipts.advance(6)).toBe(true)
  expect(receipts.count).toBe(3)
  expect(receipts.waiting).toBe(0)
})

test("over thousands of messages it says what a plain list says (seed 1)", () => {
  const random = seededRandom(1)
  const receipts = new ReceiptCount()
  const tickets: number[] = []
  const held: number[] = []
  const wrong: string[] = []
  let landed = 0
  for (let step = 0; step < 20_000; step++) {
    if (random.chance(0.7)) {
      const ticket = random.chance(0.01) ? NEVER : landed + random.integer(50)
      const place = receipts.push(ticket)
      if (place !== tickets.length) wrong.push(`place ${place} instead of ${tickets.length}`)
      tickets.push(ticket)
      if (ticket === NEVER) held.push(place)
    } else if (held.length > 0 && random.chance(0.03)) {
      const place = held.shift() ?? 0
      tickets[place] = landed + 3
      receipts.settle(place, landed + 3)
    } else {
      landed += random.integer(20)
      receipts.advance(landed)
      const first = tickets.findIndex((ticket, index) => index >= receipts.count && ticket > landed)
      const expected = first === -1 ? tickets.length : first
      if (receipts.count !== expected) wrong.push(`count ${receipts.count} instead of ${expected}`)
      if (receipts.count + receipts.waiting !== tickets.length) wrong.push(`${receipts.waiting} waiting`)
    }
  }
  expect(wrong).toEqual([])
  expect(receipts.count).toBeGreaterThan(1000)
})
