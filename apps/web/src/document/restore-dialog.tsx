import { useEffect, useState } from "react"
import { navigate, pathOf } from "../route.ts"
import { Dialog } from "../ui/dialog.tsx"
import { documentAt, restoreCopy, restorePointsOf, type RestorePoint } from "./restore-points.ts"
import "./restore-dialog.css"

type Listed =
  | { readonly state: "loading" }
  | { readonly state: "failed" }
  | { readonly state: "here"; readonly points: readonly RestorePoint[] }

/** A way back: moments of the document, what was there, and a copy of it under a link of its own. */
export default function RestoreDialog(props: { readonly document: string; readonly onClose: () => void }) {
  const { document, onClose } = props
  const [listed, setListed] = useState<Listed>({ state: "loading" })
  const [picked, pick] = useState<RestorePoint | null>(null)
  const chosen = picked ?? (listed.state === "here" ? (listed.points[0] ?? null) : null)
  const [copying, setCopying] = useState<"idle" | "working" | "failed">("idle")

  useEffect(() => {
    let isCurrent = true
    restorePointsOf(document).then(
      (points) => isCurrent && setListed({ state: "here", points }),
      () => isCurrent && setListed({ state: "failed" }),
    )
    return () => {
      isCurrent = false
    }
  }, [document])

  const copy = async (point: RestorePoint) => {
    setCopying("working")
    try {
      const name = await restoreCopy(document, point)
      onClose()
      navigate(pathOf({ page: "document", document: name }))
    } catch {
      setCopying("failed")
    }
  }

  return (
    <Dialog title="Restore a copy" onClose={onClose} wide>
      <p>
        Choose a moment to see what was here then. A copy of it becomes a new document with a link of its own; this one
        stays as it is.
      </p>
      {listed.state === "loading" && <p className="quiet">Looking …</p>}
      {listed.state === "failed" && (
        <p role="alert">
          Earlier versions are on the server, and it cannot be asked right now. Please try again later.
        </p>
      )}
      {listed.state === "here" && listed.points.length === 0 && (
        <p>There is nothing to go back to yet: this document is as it has been since it was last left alone.</p>
      )}
      {listed.state === "here" && chosen !== null && (
        <div className="restore">
          <fieldset className="restore-points">
            <legend className="visually-hidden">Moments of this document</legend>
            {listed.points.map((point) => (
              <label key={point.id} className="restore-point">
                <input
                  type="radio"
                  name="restore-point"
                  checked={point.id === chosen.id}
                  onChange={() => pick(point)}
                />
                <span>
                  <time dateTime={point.time.toISOString()}>{momentOf(point.time)}</time>
                  {point.kind === "before-deletion" && <strong>Before much was deleted</strong>}
                  <span className="quiet">{writersOf(point.authors)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <Preview key={chosen.id} document={document} point={chosen} />
        </div>
      )}
      {chosen !== null && (
        <p className="restore-actions">
          <button
            type="button"
            className="button button-primary"
            disabled={copying === "working"}
            onClick={() => void copy(chosen)}
          >
            Make a copy of this version
          </button>
        </p>
      )}
      {copying === "failed" && <p role="alert">That did not work. Nothing was changed; please try again.</p>}
    </Dialog>
  )
}

/** As much as shows whether it is the right one. */
const PREVIEW_LENGTH = 2000

function Preview(props: { readonly document: string; readonly point: RestorePoint }) {
  const { document, point } = props
  const [text, setText] = useState<string | null | undefined>()
  useEffect(() => {
    let isCurrent = true
    Promise.all([documentAt(document, point), import("./preview-of.ts")]).then(
      ([update, { previewOf }]) => isCurrent && setText(previewOf(update, PREVIEW_LENGTH)),
      () => isCurrent && setText(null),
    )
    return () => {
      isCurrent = false
    }
  }, [document, point])
  return (
    <section className="restore-preview" aria-label="What was here then">
      {text === undefined && <p className="quiet">Looking …</p>}
      {text === null && <p className="quiet">This version cannot be shown here. A copy of it can be opened.</p>}
      {text === "" && <p className="quiet">The document had no text then.</p>}
      {text}
    </section>
  )
}

function momentOf(time: Date): string {
  const isToday = time.toDateString() === new Date().toDateString()
  const clock = time.toLocaleTimeString("en", { hour: "numeric", minute: "2-digit" })
  if (isToday) return `Today, ${clock}`
  return `${time.toLocaleDateString("en", { weekday: "short", month: "short", day: "numeric" })}, ${clock}`
}

function writersOf(authors: readonly (string | null)[]): string {
  const names = authors.filter((author) => author !== null)
  if (names.length === 0) return ""
  const others = names.length < authors.length ? ["others"] : []
  return `Written by ${new Intl.ListFormat("en").format([...names, ...others])}`
}
