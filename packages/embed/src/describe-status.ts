import type { Status } from "@ligature/provider"

/** A status in words. */
export interface StatusDescription {
  /** A few words for the status line. */
  readonly summary: string
  /** A sentence or two on what that means and what one can do. */
  readonly detail: string
  /** How it should look: all is well, work under way, away from the server but safe, in danger. */
  readonly tone: "well" | "busy" | "away" | "danger"
}

export function describeStatus(status: Status): StatusDescription {
  switch (status.state) {
    case "loading":
      return { summary: "Loading", detail: "Fetching the document.", tone: "busy" }
    case "saved":
      return {
        summary: "Saved",
        detail: `Everything you wrote is stored on the server.${slowWay(status)}`,
        tone: "well",
      }
    case "saving":
      return {
        summary: "Saving",
        detail: `${changes(status.changes)} on the way to the server.${slowWay(status)}`,
        tone: "busy",
      }
    case "connecting":
      return {
        summary: `Connecting, ${changes(status.changes)} kept on this device`,
        detail: "On the way to the server, which does not have everything yet.",
        tone: "busy",
      }
    case "offline":
      return offline(status.changes)
    case "not-kept":
      return {
        summary: "Not kept anywhere",
        detail: `Neither the server nor this browser has ${status.changes === 1 ? "your last change" : "your last changes"}. ${status.reason} Keep this page open, or save a copy.`,
        tone: "danger",
      }
    case "closed":
      break
  }
  return closed(status)
}

function slowWay({ way }: { readonly way?: "polling" }): string {
  return way === undefined ? "" : " Connected the slow way: something between you and the server blocks WebSockets."
}

function offline(count: number): StatusDescription {
  const detail = "No connection to the server. Keep writing: it is sent by itself as soon as the server can be reached."
  return count === 0
    ? { summary: "Offline", detail, tone: "away" }
    : { summary: `Offline, ${changes(count)} kept on this device`, detail, tone: "away" }
}

function closed(status: Extract<Status, { state: "closed" }>): StatusDescription {
  if (status.changes === 0) return { summary: "Not connected", detail: status.sentence, tone: "away" }
  return status.kept
    ? {
        summary: `Not connected, ${changes(status.changes)} kept on this device`,
        detail: `${status.sentence} What you wrote is kept in this browser.`,
        tone: "away",
      }
    : {
        summary: "Not kept anywhere",
        detail: `${status.sentence} What you wrote last is only in this page: save a copy before you close it.`,
        tone: "danger",
      }
}

function changes(count: number): string {
  return count === 1 ? "1 change" : `${count.toLocaleString("en")} changes`
}

/** Saving and saved take turns with every key; nobody wants to hear that read out. Everything else is worth saying. */
export function isQuietChange(before: Status | null, after: Status): boolean {
  return before === null || (isRoutine(before) && isRoutine(after))
}

function isRoutine({ state }: Status): boolean {
  return state === "saved" || state === "saving" || state === "loading" || state === "connecting"
}
