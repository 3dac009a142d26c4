import { describe, expect, test } from "vitest"
import { outcomesOf, TABLE_CONFLICTS } from "./table-conflicts.ts"

describe("two people at one table", () => {
  for (const conflict of TABLE_CONFLICTS) {
    test(`${conflict.row}: ${conflict.title}`, () => {
      for (const { shown, isGood, isSound } of outcomesOf(conflict)) {
        expect({ shown, isGood, isSound }).toEqual({ shown, isGood: true, isSound: true })
      }
    })
  }
})
