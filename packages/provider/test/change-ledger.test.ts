import { expect, test } from "vitest"
import { ChangeLedger } from "../src/change-ledger.ts"

function connected(): ChangeLedger {
  const ledger = new ChangeLedger()
  ledger.sent("step2", 1)
  return ledger
}

test("a receipt saves what travelled up to its message", () => {
  const ledger = connected()
  ledger.made("a", 0)
  ledger.sent("update", 2)
  ledger.made("b", 0)
  ledger.sent("update", 3)
  expect(ledger.received(2)).toEqual(["a"])
  expect(ledger.received(2)).toEqual([])
  expect(ledger.received(3)).toEqual(["b"])
  expect(ledger.changes).toBe(0)
})

test("the step2 of a connection carries everything made before it", () => {
  const ledger = new ChangeLedger()
  ledger.made("a", 0)
  ledger.sent("update", 1)
  expect(ledger.received(1)).toEqual([])
  ledger.made("b", 0)
  ledger.sent("step2", 5)
  expect(ledger.received(4)).toEqual([])
  expect(ledger.received(5)).toEqual(["a", "b"])
})

test("receipts of a connection that is gone count for nothing on the next", () => {
  const ledger = connected()
  ledger.made("a", 0)
  ledger.sent("update", 2)
  ledger.disconnected()
  expect(ledger.received(2)).toEqual([])
  ledger.sent("step2", 1)
  expect(ledger.received(1)).toEqual(["a"])
})

test("a change of another tab that waits for something is carried only after it has settled", () => {
  const ledger = connected()
  ledger.adopted("a", 0, false)
  ledger.sent("update", 2)
  expect(ledger.received(2)).toEqual([])
  ledger.disconnected()
  ledger.sent("step2", 1)
  expect(ledger.received(1)).toEqual([])
  ledger.settle()
  ledger.sent("step2", 2)
  expect(ledger.received(2)).toEqual(["a"])
})

test("what is kept on the device is told apart from what is nowhere", () => {
  const ledger = connected()
  ledger.made("a", 10)
  ledger.made("b", 20)
  ledger.sent("update", 2)
  ledger.adopted("c", 30, true)
  expect([ledger.changes, ledger.unkept, ledger.oldest]).toEqual([3, 2, 10])
  ledger.kept(["a", "a", "unknown"])
  expect(ledger.unkept).toBe(1)
  ledger.received(2)
  expect([ledger.changes, ledger.unkept, ledger.oldest]).toEqual([0, 0, null])
})
