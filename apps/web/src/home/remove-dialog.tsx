import { Dialog } from "../ui/dialog.tsx"
import { titleToShow, type ListedDocument } from "./document-list.ts"

/** Asks before the copy in this browser goes; with unsent changes that is the only copy of them. */
export function RemoveDialog(props: {
  readonly listed: ListedDocument
  readonly onCancel: () => void
  readonly onRemove: () => void
}) {
  const { listed, onCancel, onRemove } = props
  const unsent = listed.changes > 0
  return (
    <Dialog title={`Remove “${titleToShow(listed.title)}”?`} onClose={onCancel}>
      {unsent ? (
        <p>
          <strong>
            {listed.changes === 1 ? "One change you made" : `${listed.changes} changes you made`} here never reached the
            server
          </strong>{" "}
          and would be lost. Open the document with a network first, and they are sent by themselves.
        </p>
      ) : (
        <p>
          The document leaves this list and the copy in this browser goes. On the server it stays as it is: with its
          link you can open it again.
        </p>
      )}
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onCancel}>
          Keep it
        </button>
        <button type="button" className={unsent ? "button button-danger" : "button button-primary"} onClick={onRemove}>
          {unsent ? "Remove and lose the changes" : "Remove"}
        </button>
      </div>
    </Dialog>
  )
}
