import { describe, expect, test } from "vitest"
import { TABLE_CONFLICTS } from "./table-conflicts.ts"
import { outcomesOf } from "./table-outcomes.ts"
import { FlowTablePerson } from "./table-person.ts"

describe("two people at one table", () => {
  for (const conflict of TABLE_CONFLICTS) {
    test(`${conflict.row}: ${conflict.title}`, () => {
      for (const { ids, shown, outcome } of outcomesOf(conflict, (...given) => new FlowTablePerson(...given))) {
        expect({ ids, shown, outcome }).toEqual({ ids, shown, outcome: "ok" })
      }
    })
  }
})
