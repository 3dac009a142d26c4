import { useId, useRef, type ReactNode, type ToggleEvent } from "react"
import "./popover.css"

/** How far a popover stays away from its button and from the edges of the window, in CSS pixels. */
const GAP = 8

/** A button that shows something beside it: the browser's own popover, which closes with Escape or a click elsewhere. */
export function Popover(props: {
  /** The button's accessible name. */
  readonly label: string
  readonly className?: string
  /** What the button looks like. */
  readonly button: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)

  const place = (event: ToggleEvent<HTMLDivElement>) => {
    const bubble = event.currentTarget
    if (event.newState !== "open" || button.current === null) {
      bubble.style.opacity = ""
      return
    }
    const anchor = button.current.getBoundingClientRect()
    const room = document.documentElement.clientWidth - bubble.offsetWidth - GAP
    bubble.style.insetInlineStart = "auto"
    bubble.style.left = `${Math.max(GAP, Math.min(anchor.left, room))}px`
    bubble.style.top = `${anchor.bottom + GAP}px`
    bubble.style.opacity = "1"
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={props.className ?? "icon-button"}
        aria-label={props.label}
        popoverTarget={id}
      >
        {props.button}
      </button>
      <div id={id} popover="auto" className="popover" onToggle={place}>
        {props.children}
      </div>
    </>
  )
}

/** Closes the popover that an element is in and hands the focus back to the button that opened it. */
export function closePopoverAround(element: Element): void {
  element.closest<HTMLElement>("[popover]")?.hidePopover()
}
