import { LigatureEditor } from "@ligature/react"
import type { LigatureEmbed, Status } from "@ligature/embed"
import { lazy, Suspense, useEffect, useLayoutEffect, useState } from "react"
import { coverPage, uncoverPage } from "../first-screen/cover.ts"
import { titleToShow } from "../home/document-list.ts"
import { removeFromShelf } from "../home/shelf.ts"
import { useMe } from "../person/person.ts"
import { PersonDialog } from "../person/person-dialog.tsx"
import { signedInSubject } from "../person/signed-in.ts"
import { beforeLeaving, guardLeaving, isNewHere, navigate, pathOf } from "../route.ts"
import { reportUnsavedWork } from "../shell/unsaved-work.ts"
import { ConversionOffer } from "./conversion.tsx"
import { DocumentBar } from "./document-bar.tsx"
import { LoadProblem } from "./load-problem.tsx"
import { Notices } from "./notices.tsx"
import { ShareDialog } from "./share-dialog.tsx"
import { ShortcutsDialog } from "./shortcuts-dialog.tsx"
import { TitleField } from "./title-field.tsx"
import { useReadiness, useReadOnlyReason, useStatusFact, useTitle } from "./use-embed.ts"

/** Loaded when first asked for. */
const RestoreDialog = lazy(() => import("./restore-dialog.tsx"))

export type OpenDialog = "share" | "person" | "shortcuts" | "restore" | null

export default function DocumentPage(props: { readonly document: string; readonly isReading: boolean }) {
  const { document: name, isReading } = props
  const [embed, setEmbed] = useState<LigatureEmbed | null>(null)
  const [toolbar, setToolbar] = useState<HTMLElement | null>(null)
  const [dialog, setDialog] = useState<OpenDialog>(null)
  const [me] = useMe()
  const isInDanger = useStatusFact(embed, wordsAreInDanger)
  const isAway = useStatusFact(embed, isAwayFromTheServer)
  const title = useTitle(embed)
  const readiness = useReadiness(embed)
  const isReady = readiness === "ready"
  const readOnly = useReadOnlyReason(embed)
  const hasProblem = readiness === "failed" || isAway
  const closeDialog = () => setDialog(null)

  useEffect(() => {
    document.title = isReady ? `${titleToShow(title)} – Ligature` : "Ligature"
  }, [title, isReady])

  useLayoutEffect(() => {
    // What was made here just now is there at once.
    if (!isNewHere(name)) coverPage(name)
    return () => uncoverPage()
  }, [name])

  useLayoutEffect(() => {
    // The editor may be there although React has not heard of it yet.
    if (embed !== null && embed.editor !== null) {
      if (isReady) uncoverPage((place) => embed.returnTo(place))
    } else if (hasProblem) {
      uncoverPage()
    }
  }, [embed, isReady, hasProblem])

  useEffect(() => (embed === null ? undefined : beforeLeaving(() => embed.keepScreen())), [embed])

  useEffect(() => {
    if (embed === null) return undefined
    return () => {
      // A document that was made and left without a word is not worth a place in the list. The server never heard of it.
      const isUntouched = isNewHere(name) && embed.document.doc.store.clients.size === 0
      if (isUntouched) void embed.destroy().then(() => removeFromShelf(name))
    }
  }, [embed, name])

  useEffect(() => {
    if (!isInDanger) return undefined
    // The one question that must not be missed: the browser's own box.
    return guardLeaving(() => confirm("Your last changes are not kept anywhere. Leave all the same and lose them?"))
  }, [isInDanger])

  useEffect(() => {
    if (embed === null) return undefined
    const report = (status: Status) => reportUnsavedWork("changes" in status && status.changes > 0)
    report(embed.status)
    const stop = embed.onStatus(report)
    return () => {
      stop()
      reportUnsavedWork(false)
    }
  }, [embed])

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "/" && (event.metaKey || event.ctrlKey)) setDialog("shortcuts")
      else if (event.key === "F10" && event.altKey && !event.shiftKey)
        toolbar?.querySelector<HTMLElement>("[tabindex='0']")?.focus()
      else return
      event.preventDefault()
    }
    globalThis.addEventListener("keydown", onKey)
    return () => globalThis.removeEventListener("keydown", onKey)
  }, [toolbar])

  /** The copy under the old link can reach nobody any more. */
  const moveTo = async (document: string) => {
    await embed?.destroy()
    await removeFromShelf(name)
    navigate(pathOf({ page: "document", document }), { replace: true, unasked: true })
  }

  return (
    <div className="document-page">
      <a className="visually-hidden skip-link" href="#text">
        Skip to the text
      </a>
      <DocumentBar embed={embed} isReady={isReady} placeToolbar={setToolbar} open={setDialog} />
      <Notices embed={embed} isReady={isReady} readOnly={readOnly} />
      <ConversionOffer embed={embed} isReady={isReady} />
      <main className="sheet" id="text">
        {!isReady && <LoadProblem embed={embed} hasFailed={readiness === "failed"} />}
        {isReady && embed !== null && (
          <TitleField embed={embed} title={title} isNew={isNewHere(name) && title === ""} />
        )}
        {toolbar !== null && (
          <LigatureEditor
            ref={setEmbed}
            className={isReady || !hasProblem ? "sheet-text" : "sheet-text sheet-text-absent"}
            url={location.origin}
            document={name}
            user={me}
            placeholder="Write something"
            parts={{ toolbar, people: false, status: false, notice: false }}
            connection={{ create: isNewHere(name), subject: signedInSubject() }}
            linkTo={linkTo}
          />
        )}
      </main>
      {dialog === "share" && (
        <ShareDialog
          embed={embed}
          document={name}
          isReading={isReading}
          isOnlyHere={isAway}
          onMoved={(document) => void moveTo(document)}
          onClose={closeDialog}
        />
      )}
      {dialog === "restore" && (
        <Suspense>
          <RestoreDialog document={name} onClose={closeDialog} />
        </Suspense>
      )}
      {dialog === "person" && <PersonDialog onClose={closeDialog} />}
      {dialog === "shortcuts" && <ShortcutsDialog editor={embed?.editor ?? null} onClose={closeDialog} />}
    </div>
  )
}

/** The pointer of a document that has moved is anybody's writing: what is no name of ours leads to the page that says so. */
function linkTo(document: string): string {
  return pathOf({ page: "document", document: encodeURIComponent(document) })
}

function wordsAreInDanger(status: Status): boolean {
  return status.state === "not-kept" || (status.state === "closed" && status.changes > 0 && !status.kept)
}

function isAwayFromTheServer({ state }: Status): boolean {
  return state === "offline" || state === "not-kept" || state === "closed"
}
