import type { LigatureEmbed, Status } from "@ligature/embed"
import { useEffect, useState } from "react"
import { pathOf } from "../route.ts"
import { Dialog } from "../ui/dialog.tsx"
import { ShareLink } from "./share-link.tsx"
import { makeReadLink, makeWriteLink, readLinks, removeReadLink, type ShareLinks } from "./share-links.ts"
import { useStatusFact } from "./use-embed.ts"
import "./share-dialog.css"

/** Hands out the links, and says what each opens. */
export function ShareDialog(props: {
  readonly embed: LigatureEmbed | null
  /** As the address of the page has it. */
  readonly document: string
  /** The page was opened by a link for reading. */
  readonly isReading: boolean
  /** The server does not have the newest words. */
  readonly isOnlyHere: boolean
  /** The document has a new link for writing; the one of this page opens nothing any more. */
  readonly onMoved: (document: string) => void
  readonly onClose: () => void
}) {
  const { embed, document, isReading, isOnlyHere, onMoved, onClose } = props
  // It turns with every key: whoever listens to it is drawn anew as often, and React then walks through the text up to the caret.
  const isSaved = useStatusFact(embed, everythingIsSaved)
  const [links, setLinks] = useState<ShareLinks | null>(null)
  const [hasFailed, setHasFailed] = useState(false)

  // What has just been saved has links.
  const isUnknown = links === null || (isSaved && links.state === "not-yet")
  useEffect(() => {
    if (!isUnknown) return undefined
    let isOpen = true
    const look = async () => {
      const found = await readLinks(document)
      if (isOpen) setLinks(found)
    }
    void look()
    return () => {
      isOpen = false
    }
  }, [document, isUnknown])

  const become = (answer: ShareLinks) => {
    setHasFailed(answer.state !== "here")
    if (answer.state === "here") setLinks(answer)
  }
  const makeForReading = async () => become(await makeReadLink(document))
  const makeForWriting = async () => {
    const answer = await makeWriteLink(document)
    if (answer.state === "here") onMoved(answer.write)
    else setHasFailed(true)
  }
  const isReader = links === null ? isReading : links.state === "reader"
  const readKey = isReader ? document : links?.state === "here" ? links.read : null

  return (
    <Dialog title="Share this document" onClose={onClose}>
      {!isReader && (
        <ShareLink
          purpose="writing"
          link={location.origin + pathOf({ page: "document", document })}
          allows={
            links?.state === "signed-in-only"
              ? "Whoever is signed in and may open it finds it here"
              : "Anyone with this link can write"
          }
          onReplace={links?.state === "here" && isSaved ? makeForWriting : null}
          replaceWarning="Everybody who came by this link is sent away at once and needs the new one. What they wrote stays, and the link for reading goes on working."
          onRemove={null}
        />
      )}
      {readKey !== null && (
        <ShareLink
          purpose="reading"
          link={location.origin + pathOf({ page: "document", document: readKey, isReading: true })}
          allows="Anyone with this link can read, and change nothing"
          onReplace={isReader ? null : makeForReading}
          replaceWarning="Everybody who came by this link is sent away at once and needs the new one."
          onRemove={isReader ? null : async () => become(await removeReadLink(document))}
        />
      )}
      {links?.state === "here" && links.read === null && (
        <p className="share-more">
          <button type="button" className="button" onClick={() => void makeForReading()}>
            Make a link for reading
          </button>
          <span className="quiet">It opens the document and lets nobody change it.</span>
        </p>
      )}
      {links?.state === "not-yet" && (
        <p className="quiet share-note">
          A link that only lets people read can be made once the first words have reached the server.
        </p>
      )}
      {hasFailed && (
        <p className="share-warning" role="alert">
          That did not work: the server could not be reached, or said no. Nothing has changed.
        </p>
      )}
      {isOnlyHere && (
        <p className="share-warning">
          You are offline. Others see what you write once this browser has reached the server.
        </p>
      )}
      {isThisComputer(location.hostname) && (
        <p className="quiet share-note">
          This address is the one of your own computer. People elsewhere need the address under which they reach it.
        </p>
      )}
    </Dialog>
  )
}

function isThisComputer(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.endsWith(".localhost") || host.startsWith("127.")
}

function everythingIsSaved({ state }: Status): boolean {
  return state === "saved"
}
