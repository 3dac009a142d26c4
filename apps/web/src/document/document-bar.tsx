import type { LigatureEmbed } from "@ligature/embed"
import type { MouseEvent } from "react"
import { FirstVisitBubble } from "../person/first-visit-bubble.tsx"
import { ThemeSwitch } from "../theme/theme-switch.tsx"
import { Icon } from "../ui/icon.tsx"
import { Link } from "../ui/link.tsx"
import { closePopoverAround, Popover } from "../ui/popover.tsx"
import type { OpenDialog } from "./document-page.tsx"
import { MarkdownMenu } from "./markdown-menu.tsx"
import { PeopleHere } from "./people-here.tsx"
import { saveTextFile } from "./save-text-file.ts"
import { StatusLine } from "./status-line.tsx"
import "./document-bar.css"

/** The top of the document page: ways out, how things stand, who is here, and the toolbar. It stays in view. */
export function DocumentBar(props: {
  readonly embed: LigatureEmbed | null
  readonly isReady: boolean
  readonly placeToolbar: (element: HTMLElement | null) => void
  readonly open: (dialog: OpenDialog) => void
}) {
  const { embed, isReady, placeToolbar, open } = props
  // In this order, or the dialog would hand the focus back to an entry of a menu that is gone.
  const openFromMenu = (dialog: OpenDialog) => (event: MouseEvent) => {
    closePopoverAround(event.currentTarget)
    open(dialog)
  }
  return (
    <header className="document-bar">
      <div className="document-bar-row">
        <Link href="/" className="icon-button" aria-label="Your documents" title="Your documents">
          <Icon name="back" />
        </Link>
        <StatusLine embed={embed} />
        <PeopleHere embed={embed} onChangeMe={() => open("person")} />
        <button type="button" className="button button-primary share-button" onClick={() => open("share")}>
          <Icon name="share" size={18} />
          <span>Share</span>
        </button>
        <Popover label="More" button={<Icon name="more" />}>
          <div className="document-menu">
            <button type="button" onClick={openFromMenu("person")}>
              <Icon name="person" /> Your name and colour
            </button>
            <button type="button" onClick={openFromMenu("shortcuts")}>
              <Icon name="keyboard" /> Keyboard shortcuts
            </button>
            <button type="button" disabled={!isReady} onClick={() => embed !== null && saveTextFile(embed)}>
              <Icon name="download" /> Save as a text file
            </button>
            <button type="button" disabled={!isReady} onClick={openFromMenu("restore")}>
              <Icon name="history" /> Restore a copy
            </button>
            <MarkdownMenu embed={embed} isReady={isReady} />
            <div className="document-menu-theme">
              Theme <ThemeSwitch />
            </div>
          </div>
        </Popover>
      </div>
      <div className="toolbar-place" ref={placeToolbar} />
      {isReady && <FirstVisitBubble onChange={() => open("person")} />}
    </header>
  )
}
