import type { LigatureEmbed } from "@ligature/embed"
import { useCallback, useEffect, useState, useSyncExternalStore } from "react"
import { newDocumentName } from "../document-name.ts"
import { navigate, pathOf } from "../route.ts"
import { Dialog } from "../ui/dialog.tsx"
import { Icon } from "../ui/icon.tsx"
import "./notices.css"

/** Above a document that another editor wrote: says so, and offers to make a Ligature document of it. */
export function ConversionOffer({
  embed,
  isReady,
}: {
  readonly embed: LigatureEmbed | null
  readonly isReady: boolean
}) {
  const [isOpen, setOpen] = useState(false)
  const isForeign = useIsForeign(isReady ? embed : null)
  if (embed === null || !isForeign) return null
  return (
    <>
      <aside className="notice" data-tone="calm" aria-label="Notice">
        <Icon name="document" />
        <p>Another editor wrote this document. Some of what Ligature can do is missing here.</p>
        <button type="button" className="button" onClick={() => setOpen(true)}>
          Convert to a Ligature document
        </button>
      </aside>
      {isOpen && <ConversionDialog embed={embed} onClose={() => setOpen(false)} />}
    </>
  )
}

type Progress = "asking" | "working" | "failed"

function ConversionDialog({ embed, onClose }: { readonly embed: LigatureEmbed; readonly onClose: () => void }) {
  const [progress, setProgress] = useState<Progress>("asking")
  const unsupported = useUnsupported(embed)

  const convert = async () => {
    setProgress("working")
    try {
      const { document, isShared } = await embed.convertTo(newDocumentName())
      onClose()
      // Else this page stays until the server has the pointer; the link to the new document is above the text.
      if (isShared) navigate(pathOf({ page: "document", document }), { unasked: true })
    } catch {
      setProgress("failed")
    }
  }

  return (
    <Dialog title="Convert to a Ligature document" onClose={progress === "working" ? () => undefined : onClose}>
      <p>A new document is made of this one, under a new link, with everything that is written here now.</p>
      <ul>
        <li>In it, whatever people do at the same time is merged without losing a word, and every command is there.</li>
        <li>
          This one stays as it is. Ligature opens it for reading only from then on, with a link to the new one. Other
          editors can still write here; what they write from now on does not reach the new document.
        </li>
        <li>Colours, alignment and comments of the other editor are not shown in the new document.</li>
      </ul>
      {unsupported !== null && unsupported.length > 0 && (
        <p>
          Kept, and shown as something unknown: <strong>{unsupported.join(", ")}</strong>.
        </p>
      )}
      {progress === "failed" && (
        <p role="alert">That did not work, and nothing has changed. This browser may not be able to keep documents.</p>
      )}
      <p className="notice-actions">
        <button
          type="button"
          className="button button-primary"
          disabled={progress === "working"}
          onClick={() => void convert()}
        >
          {progress === "working" ? "Making the new document …" : "Convert"}
        </button>
        <button type="button" className="button" disabled={progress === "working"} onClick={onClose}>
          Leave it as it is
        </button>
      </p>
    </Dialog>
  )
}

/** Whether what is shown is a document of another editor that may be written in. */
function useIsForeign(embed: LigatureEmbed | null): boolean {
  return useSyncExternalStore(
    useCallback(
      (changed) => {
        const stops = [embed?.editor?.onUpdate(changed), embed?.readOnly.onChange(changed)]
        return () => {
          for (const stop of stops) stop?.()
        }
      },
      [embed],
    ),
    () => embed?.editor?.layout.layout === "xml" && embed.editor.movedTo === null && embed.readOnly.reason === null,
  )
}

/** The names of what Ligature does not know; null until they are found. */
function useUnsupported(embed: LigatureEmbed): readonly string[] | null {
  const [names, setNames] = useState<readonly string[] | null>(null)
  useEffect(() => {
    let isWanted = true
    const look = async () => {
      const layout = embed.editor?.layout
      if (layout?.layout !== "xml") return
      const { fromXml } = await import("@ligature/convert")
      const { unsupported } = fromXml(embed.document.doc.getXmlFragment(layout.root))
      if (isWanted) setNames(unsupported.map(({ name, count }) => (count === 1 ? name : `${count} × ${name}`)))
    }
    // Only a line of the dialog: without it, everything else works.
    look().catch(() => undefined)
    return () => {
      isWanted = false
    }
  }, [embed])
  return names
}
