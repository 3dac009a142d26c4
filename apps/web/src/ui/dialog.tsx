import { useId, useLayoutEffect, useRef, type ReactNode } from "react"
import { Icon } from "./icon.tsx"
import "./dialog.css"

/** A modal dialog: the browser's own, which keeps the focus in, closes with Escape and hands the focus back. */
export function Dialog(props: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  readonly wide?: boolean
}) {
  const { title, onClose, children, wide = false } = props
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()

  // Closed while it is still on the page: only then does the browser hand the focus back.
  useLayoutEffect(() => {
    const element = dialog.current
    element?.showModal()
    return () => element?.close()
  }, [])

  return (
    <dialog
      ref={dialog}
      className={wide ? "dialog dialog-wide" : "dialog"}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        // The backdrop belongs to the dialog element; its content lies in the one child.
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className="dialog-content">
        <header className="dialog-header">
          <h2 id={titleId}>{title}</h2>
          <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
