import { useId, useRef, useState } from "react"
import { Icon } from "../ui/icon.tsx"

/** One link: what it opens, the link itself, and ways to copy, replace and remove it. */
export function ShareLink(props: {
  /** "writing" or "reading": completes "Link for …". */
  readonly purpose: "writing" | "reading"
  readonly link: string
  /** What whoever has it may do. */
  readonly allows: string
  /** Null: it cannot be replaced now. Resolves when it was. */
  readonly onReplace: (() => Promise<void>) | null
  /** What replacing it means for those who have it. */
  readonly replaceWarning: string
  readonly onRemove: (() => Promise<void>) | null
}) {
  const { purpose, link, allows, onReplace, replaceWarning, onRemove } = props
  const field = useRef<HTMLInputElement>(null)
  const headingId = useId()
  const [copied, setCopied] = useState<"yes" | "by-hand" | null>(null)
  const [isAsking, setIsAsking] = useState(false)
  const [isWorking, setIsWorking] = useState(false)

  const copy = async () => {
    field.current?.select()
    setCopied((await copyText(link)) ? "yes" : "by-hand")
  }
  const work = async (action: () => Promise<void>) => {
    setIsWorking(true)
    await action()
    setIsWorking(false)
    setIsAsking(false)
    setCopied(null)
  }

  return (
    <section className="share-link" aria-labelledby={headingId}>
      <h3 id={headingId}>{allows}</h3>
      <div className="share-row">
        <label>
          <span className="visually-hidden">Link for {purpose}</span>
          <input
            ref={field}
            className="field"
            readOnly
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
        <button
          type="button"
          className={purpose === "writing" ? "button button-primary" : "button"}
          aria-label={copied === "yes" ? `Copied the link for ${purpose}` : `Copy link for ${purpose}`}
          onClick={() => void copy()}
        >
          <Icon name={copied === "yes" ? "check" : "link"} size={18} />
          {copied === "yes" ? "Copied" : "Copy link"}
        </button>
      </div>
      <p className="share-result" aria-live="polite">
        {copied === "yes" && "The link is on your clipboard."}
        {copied === "by-hand" &&
          "This browser does not let pages copy. The link is selected: copy it with your keyboard or a long press."}
      </p>
      {isAsking && onReplace !== null && (
        <fieldset className="share-question" aria-label={`Make a new link for ${purpose}?`}>
          <p>{replaceWarning}</p>
          <button type="button" className="button" disabled={isWorking} onClick={() => setIsAsking(false)}>
            Keep this link
          </button>
          <button
            type="button"
            className="button button-danger"
            disabled={isWorking}
            onClick={() => void work(onReplace)}
          >
            Make a new link
          </button>
        </fieldset>
      )}
      {!isAsking && (
        <p className="share-actions">
          {onReplace !== null && (
            <button type="button" onClick={() => setIsAsking(true)}>
              Make a new link<span className="visually-hidden"> for {purpose}</span>…
            </button>
          )}
          {onRemove !== null && (
            <button type="button" disabled={isWorking} onClick={() => void work(onRemove)}>
              Remove this link<span className="visually-hidden"> for {purpose}</span>
            </button>
          )}
        </p>
      )}
    </section>
  )
}

/** @returns whether it is on the clipboard now */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    // Plain http has no clipboard interface; the old command copies the selection, which is the link.
    return document.execCommand("copy")
  }
}
