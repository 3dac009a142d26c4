import type { LigatureEmbed } from "@ligature/embed"
import { openNewDocument } from "../route.ts"
import { Link } from "../ui/link.tsx"
import { useStatus } from "./use-embed.ts"
import "./load-problem.css"

/** Says why there is no text to see. An empty page would look as if the words were gone. */
export function LoadProblem(props: { readonly embed: LigatureEmbed | null; readonly hasFailed: boolean }) {
  const { embed, hasFailed } = props
  const status = useStatus(embed)
  if (hasFailed) {
    return (
      <div className="load-problem" role="alert">
        <h1>This document cannot be shown</h1>
        <p>
          It is here, and nothing in it is lost, but this version of Ligature does not know how to show it. Perhaps a
          newer one does: reload the page.
        </p>
        <p className="load-problem-actions">
          <button type="button" className="button button-primary" onClick={() => location.reload()}>
            Reload
          </button>
          <Link href="/" className="button">
            Your documents
          </Link>
        </p>
      </div>
    )
  }
  if (status.state === "closed") {
    return (
      <div className="load-problem" role="alert">
        <h1>This document does not open</h1>
        <p>{status.sentence}</p>
        <p className="load-problem-actions">
          <Link href="/" className="button button-primary">
            Your documents
          </Link>
          <button type="button" className="button" onClick={() => openNewDocument()}>
            New document
          </button>
        </p>
      </div>
    )
  }
  if (status.state !== "offline" && status.state !== "not-kept") return null
  return (
    <div className="load-problem" role="alert">
      {navigator.onLine ? (
        <>
          <h1>This document cannot be opened right now</h1>
          <p>
            The server does not answer, or cannot read the document, and this browser has no copy of it. Nothing is lost
            by that. This page keeps trying and shows the text as soon as it is here.
          </p>
        </>
      ) : (
        <>
          <h1>This document is not in this browser yet</h1>
          <p>
            There is no network right now, and this browser has no copy of the document. It appears as soon as you are
            online again.
          </p>
        </>
      )}
      <p className="load-problem-actions">
        <Link href="/" className="button">
          Your documents
        </Link>
      </p>
    </div>
  )
}
