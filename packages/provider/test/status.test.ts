import { expect, test } from "vitest"
import { statusSentence } from "@ligature/provider"
import { type StatusFacts, statusOf } from "../src/status-of.ts"

const facts: StatusFacts = {
  loaded: true,
  link: { state: "connected", way: "websocket", stalled: false },
  local: { state: "kept" },
  changes: 0,
  unkept: 0,
  mayWrite: true,
}
const offline = { state: "disconnected", since: 1, next: 2 } as const
const full = { state: "failing", reason: "The storage of this device is full." } as const

test.each<[string, Partial<StatusFacts>, string]>([
  ["nothing is known yet", { loaded: false, link: { state: "starting" } }, "Loading"],
  [
    "connecting for the first time with what was kept before",
    { link: { state: "starting" }, changes: 2 },
    "Connecting, 2 changes kept on this device",
  ],
  ["connected, and the first sync is under way", { loaded: false }, "Loading"],
  ["connected, and nothing waits", {}, "Saved"],
  ["a change is on its way", { changes: 1, unkept: 1 }, "Saving"],
  ["on its way, on a device that is full", { changes: 1, unkept: 1, local: full }, "Saving"],
  [
    "the server takes nothing, on a device that is full",
    { changes: 1, unkept: 1, local: full, link: { state: "connected", way: "websocket", stalled: true } },
    "Not kept anywhere. The storage of this device is full.",
  ],
  ["offline, nothing waits", { link: offline }, "Offline"],
  ["offline with one change", { link: offline, changes: 1 }, "Offline, 1 change kept on this device"],
  ["offline with some", { link: offline, changes: 3 }, "Offline, 3 changes kept on this device"],
  [
    "offline, the commit a moment away",
    { link: offline, changes: 1, unkept: 1 },
    "Offline, 1 change kept on this device",
  ],
  [
    "offline on a device that is full",
    { link: offline, changes: 2, unkept: 1, local: full },
    "Not kept anywhere. The storage of this device is full.",
  ],
  ["offline on a device that was full when everything was kept", { link: offline, local: full }, "Offline"],
  ["closed for good", { link: { state: "closed", code: 4404 } }, "This document does not exist, or was deleted."],
  [
    "closed with changes kept here",
    { link: { state: "closed", code: 4403 }, changes: 2 },
    "You are not allowed to open this document. 2 changes kept on this device.",
  ],
  [
    "closed with changes that are nowhere",
    { link: { state: "closed", code: 4413 }, changes: 2, unkept: 1, local: full },
    "This is too large for the server. Save a copy of your work. 2 changes not kept anywhere.",
  ],
  [
    "the right to write was withdrawn",
    { mayWrite: false, changes: 1 },
    "You may no longer change this document, so the server did not take your last changes. 1 change kept on this device.",
  ],
  ["a reader", { mayWrite: false }, "Saved"],
])("%s", (_, given, sentence) => {
  expect(statusSentence(statusOf({ ...facts, ...given }))).toBe(sentence)
})
