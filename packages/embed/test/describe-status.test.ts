import { expect, test } from "vitest"
import { describeStatus, isQuietChange } from "../src/describe-status.ts"

test("the status line says where the words are", () => {
  expect(describeStatus({ state: "saved" }).summary).toBe("Saved")
  expect(describeStatus({ state: "saving", changes: 2 }).summary).toBe("Saving")
  expect(describeStatus({ state: "offline", changes: 1, since: 0, next: null }).summary).toBe(
    "Offline, 1 change kept on this device",
  )
  expect(describeStatus({ state: "offline", changes: 12, since: 0, next: null }).summary).toBe(
    "Offline, 12 changes kept on this device",
  )
  expect(describeStatus({ state: "offline", changes: 0, since: 0, next: null }).summary).toBe("Offline")
  expect(describeStatus({ state: "not-kept", changes: 1, reason: "the disk is full." })).toMatchObject({
    summary: "Not kept anywhere",
    tone: "danger",
  })
})

test("a closed document with words that are nowhere else is a danger, with words on this device it is not", () => {
  const closed = { state: "closed", code: 4404, sentence: "It was deleted.", changes: 3 } as const
  expect(describeStatus({ ...closed, kept: false })).toMatchObject({ summary: "Not kept anywhere", tone: "danger" })
  expect(describeStatus({ ...closed, kept: true })).toMatchObject({ tone: "away" })
  expect(describeStatus({ ...closed, changes: 0, kept: true })).toMatchObject({
    summary: "Not connected",
    detail: "It was deleted.",
  })
})

test("typing is not read out, losing the network and being back is", () => {
  const saved = { state: "saved" } as const
  const saving = { state: "saving", changes: 1 } as const
  const offline = { state: "offline", changes: 1, since: 0, next: null } as const
  expect(isQuietChange(null, saved)).toBe(true)
  expect(isQuietChange(saved, saving)).toBe(true)
  expect(isQuietChange(saving, saved)).toBe(true)
  expect(isQuietChange(saving, offline)).toBe(false)
  expect(isQuietChange(offline, saved)).toBe(false)
})

test("the slow way to the server is named where one asks what the status means, and does not worry anybody", () => {
  const description = describeStatus({ state: "saved", way: "polling" })
  expect(description).toMatchObject({ summary: "Saved", tone: "well" })
  expect(description.detail).toContain(
    "Connected the slow way: something between you and the server blocks WebSockets.",
  )
  expect(describeStatus({ state: "saved" }).detail).not.toContain("slow")
})
