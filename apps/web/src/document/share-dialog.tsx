import { useRef, useState } from "react"
import { Dialog } from "../ui/dialog.tsx"
import { Icon } from "../ui/icon.tsx"
import "./share-dialog.css"

/** Hands out the link, and says what it opens. */
export function ShareDialog(props: {
  /** The server does not have the newest words. */
  readonly isOnlyHere: boolean
  readonly onClose: () => void
}) {
  const { isOnlyHere, onClose } = props
  const link = `${location.origin}${location.pathname}`
  const field = useRef<HTMLInputElement>(null)
  const [copied, setCopied] = useState<"yes" | "by-hand" | null>(null)

  const copy = async () => {
    field.current?.select()
    setCopied((await copyText(link)) ? "yes" : "by-hand")
  }

  return (
    <Dialog title="Share this document" onClose={onClose}>
      <p>
        <strong>Anyone with this link can write.</strong> There is no other lock on the document: send it to the people
        who should write with you, and to nobody else.
      </p>
      <div className="share-row">
        <label>
          <span className="visually-hidden">Link to this document</span>
          <input
            ref={field}
            className="field"
            readOnly
            value={link}
            onFocus={(event) => event.currentTarget.select()}
          />
        </label>
        <button type="button" className="button button-primary" onClick={() => void copy()}>
          <Icon name={copied === "yes" ? "check" : "link"} size={18} />
          {copied === "yes" ? "Copied" : "Copy link"}
        </button>
      </div>
      <p className="share-result" aria-live="polite">
        {copied === "yes" && "The link is on your clipboard."}
        {copied === "by-hand" &&
          "This browser does not let pages copy. The link is selected: copy it with your keyboard or a long press."}
      </p>
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

function isThisComputer(host: string): boolean {
  return host === "localhost" || host === "[::1]" || host.endsWith(".localhost") || host.startsWith("127.")
}
