import { readOnlySentence, type LigatureEmbed, type Status } from "@ligature/embed"
import { useState, type ReactNode } from "react"
import { newDocumentName } from "../document-name.ts"
import { navigate, pathOf } from "../route.ts"
import { Icon, type IconName } from "../ui/icon.tsx"
import { saveTextFile } from "./save-text-file.ts"
import { useStatus } from "./use-embed.ts"
import "./notices.css"

/** What somebody has to know before they write on: words in danger, a closed document, reading only. */
export function Notices(props: {
  readonly embed: LigatureEmbed | null
  readonly isReady: boolean
  readonly readOnly: LigatureEmbed["readOnly"]["reason"]
}) {
  const { embed, isReady, readOnly } = props
  const status = useStatus(embed)
  if (embed === null || !isReady) return null

  if (status.state === "not-kept") {
    return (
      <Notice tone="danger" icon="warning">
        <p>
          <strong>Your last changes are not kept anywhere.</strong> The server does not have them. {status.reason} Leave
          this page open, or save a copy.
        </p>
        <SaveCopy embed={embed} />
      </Notice>
    )
  }
  if (status.state === "closed") {
    return (
      <Notice tone={status.changes > 0 && !status.kept ? "danger" : "away"} icon="cloudOff">
        <p>
          {status.sentence} {fateOf(status)}
        </p>
        <span className="notice-actions">
          <SaveAsNew embed={embed} />
          <SaveCopy embed={embed} />
        </span>
      </Notice>
    )
  }
  // Loading and closed have had their say above.
  if (readOnly === null || readOnly === "loading" || readOnly === "closed") return null
  const isMute = readOnly === "mute"
  return (
    <Notice
      tone={isMute ? "danger" : readOnly === "version-skew" ? "away" : "calm"}
      icon={isMute ? "warning" : "document"}
    >
      <p>{readOnlySentence(readOnly)}</p>
      {(readOnly === "access" || readOnly === "rights-changed") && <SaveAsNew embed={embed} label="Make a copy" />}
      {isMute && <SaveCopy embed={embed} />}
      {(isMute || readOnly === "version-skew") && <Reload />}
    </Notice>
  )
}

function Notice(props: {
  readonly tone: "calm" | "away" | "danger"
  readonly icon: IconName
  readonly children: ReactNode
}) {
  return (
    <aside
      className="notice"
      data-tone={props.tone}
      role={props.tone === "danger" ? "alert" : undefined}
      aria-label="Notice"
    >
      <Icon name={props.icon} />
      {props.children}
    </aside>
  )
}

function SaveCopy({ embed }: { readonly embed: LigatureEmbed }) {
  return (
    <button type="button" className="button" onClick={() => saveTextFile(embed)}>
      Save a copy as a file
    </button>
  )
}

/** The words move to a document of their own, under a new link. */
function SaveAsNew(props: { readonly embed: LigatureEmbed; readonly label?: string }) {
  const { embed, label = "Save as a new document" } = props
  const [state, setState] = useState<"idle" | "working" | "failed">("idle")
  const save = async () => {
    setState("working")
    const document = newDocumentName()
    try {
      await embed.saveAs(document)
      navigate(pathOf({ page: "document", document }), { unasked: true })
    } catch {
      setState("failed")
    }
  }
  return (
    <>
      <button type="button" className="button" disabled={state === "working"} onClick={() => void save()}>
        {label}
      </button>
      {state === "failed" && <p role="alert">That did not work. Please save a copy as a file instead.</p>}
    </>
  )
}

function Reload() {
  return (
    <button type="button" className="button" onClick={() => location.reload()}>
      Reload
    </button>
  )
}

function fateOf(status: Extract<Status, { state: "closed" }>): string {
  if (status.changes === 0) return ""
  const count = status.changes === 1 ? "One change of yours" : `${status.changes} changes of yours`
  return status.kept
    ? `${count} did not reach it; they are kept in this browser.`
    : `${count} did not reach it, and this page is the only place where they are.`
}
