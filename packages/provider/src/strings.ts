import { closeRule } from "@ligature/protocol"
import type { ReadOnlyReason } from "./read-only.ts"
import type { Status } from "./status.ts"

/** The sentence for a status, as the status line shows it. Replace the table to translate. */
export function statusSentence(status: Status): string {
  switch (status.state) {
    case "loading":
      return "Loading"
    case "saved":
      return "Saved"
    case "saving":
      return "Saving"
    case "offline":
      return status.changes === 0 ? "Offline" : `Offline, ${changesKept(status.changes)}`
    case "not-kept":
      return `Not kept anywhere: ${status.reason}`
    case "closed":
      if (status.changes === 0) return status.sentence
      return status.kept
        ? `${status.sentence} ${capitalised(changesKept(status.changes))}.`
        : `${status.sentence} ${capitalised(changesOf(status.changes))} not kept anywhere.`
  }
}

/** The sentence for a reason not to edit. */
export function readOnlySentence(reason: ReadOnlyReason): string {
  return READ_ONLY[reason]
}

export function closedSentence(code: number): string {
  return closeRule(code).sentence
}

const READ_ONLY: Readonly<Record<ReadOnlyReason, string>> = {
  loading: "The document is still loading.",
  access: "You may read this document, but not change it.",
  "version-skew": "This document was written with a newer version. Reload the page to edit it.",
  closed: "This document is closed for changes.",
  mute: "Something on this page broke the connection to this document. Copy what you wrote, then reload the page.",
}

export const readOnlyNowSentence: string =
  "You may no longer change this document, so the server did not take your last changes."
export const notKeptSentence: string = "this device does not keep the document."
export const noDatabaseSentence: string = "this browser offers no storage (a private window, perhaps)."
export const localStoreOffSentence: string = "keeping documents on this device is switched off."
export const storageFullSentence: string = "the storage of this device is full."
export const storageFailedSentence: string = "the storage of this browser failed."
export const newerVersionSentence: string = "a newer version is open in another tab. Reload this page."
export const storageSlowSentence: string = "the storage of this browser does not answer."
export const leaveSentence: string = "Some changes are not kept anywhere yet."

function changesOf(changes: number): string {
  return changes === 1 ? "1 change" : `${changes} changes`
}

function changesKept(changes: number): string {
  return `${changesOf(changes)} kept on this device`
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
