/** What tabs of the app say to each other about a new version. */
type Message = { readonly ask: "may-the-new-version-take-over" } | { readonly answer: "not-yet" }

/** A tab that is awake answers within a few milliseconds; one that is frozen has nothing under way. */
const PATIENCE_MS = 400

export interface TabTalk {
  /** Resolves to false as soon as another tab has unsaved work. */
  mayTakeOver(): Promise<boolean>
}

/**
 * Answers for this tab, and asks the others.
 * @param hasUnsavedWork asked whenever another tab wants to know
 */
export function talkToOtherTabs(hasUnsavedWork: () => boolean, channel: BroadcastChannel): TabTalk {
  let refuse: (() => void) | null = null
  channel.addEventListener("message", (event: MessageEvent<Message>) => {
    if ("ask" in event.data && hasUnsavedWork()) channel.postMessage({ answer: "not-yet" } satisfies Message)
    if ("answer" in event.data) refuse?.()
  })
  return {
    mayTakeOver() {
      return new Promise((resolve) => {
        const patience = setTimeout(() => resolve(true), PATIENCE_MS)
        refuse = () => {
          clearTimeout(patience)
          resolve(false)
        }
        channel.postMessage({ ask: "may-the-new-version-take-over" } satisfies Message)
      })
    },
  }
}
