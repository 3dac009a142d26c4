import { closeRule } from "@ligature/protocol"
import type { ReadOnlyReason } from "./read-only.ts"
import type { Status } from "./status.ts"

export interface Strings {
  readonly loading: string
  readonly saved: string
  readonly saving: string
  readonly offline: string
  readonly connecting: (changes: number) => string
  readonly offlineKept: (changes: number) => string
  readonly notKept: (reason: string) => string
  readonly closedKept: (sentence: string, changes: number) => string
  readonly closedNotKept: (sentence: string, changes: number) => string
  /** Access was withdrawn while changes waited. */
  readonly changesNotTaken: string
  readonly readOnly: Readonly<Record<ReadOnlyReason, string>>
  /** Why this device does not keep a document; each follows "Not kept anywhere.". */
  readonly device: Readonly<Record<"none" | "off" | "unnamed" | "full" | "failed" | "newer" | "slow", string>>
}

// Each on its own, so that a bundle holds only what it shows.

export const CHANGES_NOT_TAKEN: Strings["changesNotTaken"] =
  "You may no longer change this document, so the server did not take your last changes."

const READ_ONLY: Strings["readOnly"] = {
  loading: "The document is still loading.",
  access: "You may read this document, but not change it.",
  "rights-changed": "Your rights were changed: you may still read this document, but no longer change it.",
  "version-skew": "This document was written with a newer version. Reload the page to edit it.",
  damaged:
    "Part of this document was damaged on the server. You see what can still be read; nobody can change it until it is restored.",
  closed: "This document is closed for changes.",
  mute: "Something on this page broke the connection to this document. Copy what you wrote, then reload the page.",
}

export const DEVICE: Strings["device"] = {
  none: "This browser offers no storage (a private window, perhaps).",
  off: "Keeping documents on this device is switched off.",
  unnamed: "It is not known who is signed in, so this device keeps nothing.",
  full: "The storage of this device is full.",
  failed: "The storage of this browser failed.",
  newer: "A newer version is open in another tab. Reload this page.",
  slow: "The storage of this browser does not answer.",
}

/** Every sentence this package shows to people, except those of the close codes, which the protocol has. */
export const STRINGS: Strings = {
  loading: "Loading",
  saved: "Saved",
  saving: "Saving",
  offline: "Offline",
  connecting: (changes) => `Connecting, ${count(changes)} kept on this device`,
  offlineKept: (changes) => `Offline, ${count(changes)} kept on this device`,
  notKept: (reason) => `Not kept anywhere. ${reason}`,
  closedKept: (sentence, changes) => `${sentence} ${count(changes)} kept on this device.`,
  closedNotKept: (sentence, changes) => `${sentence} ${count(changes)} not kept anywhere.`,
  changesNotTaken: CHANGES_NOT_TAKEN,
  readOnly: READ_ONLY,
  device: DEVICE,
}

/** What the status line shows. */
export function statusSentence(status: Status): string {
  switch (status.state) {
    case "loading":
      return STRINGS.loading
    case "saved":
      return STRINGS.saved
    case "saving":
      return STRINGS.saving
    case "connecting":
      return STRINGS.connecting(status.changes)
    case "offline":
      return status.changes === 0 ? STRINGS.offline : STRINGS.offlineKept(status.changes)
    case "not-kept":
      return STRINGS.notKept(status.reason)
    case "closed":
      return closedSentence(status)
    default:
      return status satisfies never
  }
}

/** Why the document cannot be edited. */
export function readOnlySentence(reason: ReadOnlyReason): string {
  return READ_ONLY[reason]
}

/** What a close code means to a person. */
export function closeSentence(code: number): string {
  return closeRule(code).sentence
}

function closedSentence({ sentence, changes, kept }: Status & { state: "closed" }): string {
  if (changes === 0) return sentence
  return kept ? STRINGS.closedKept(sentence, changes) : STRINGS.closedNotKept(sentence, changes)
}

function count(changes: number): string {
  return changes === 1 ? "1 change" : `${changes} changes`
}
