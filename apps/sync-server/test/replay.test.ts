import { generateTrace } from "@ligature/testing"
import { expect, test } from "vitest"
import { replayTrace } from "../../../bench/replay-trace.ts"
import { temporaryFolder } from "./temporary-folder.ts"

const SEED = 20_260_101
const EDITS = 20_000

test(`two stock clients type ${EDITS} edits in turns and a third reads the same after a restart (seed ${SEED})`, async () => {
  await using folder = await temporaryFolder()
  const trace = generateTrace(SEED, EDITS)
  const { content, edits } = await replayTrace(trace, folder.path)
  expect(edits).toBe(EDITS)
  expect(content).toBe(trace.endContent)
}, 120_000)
