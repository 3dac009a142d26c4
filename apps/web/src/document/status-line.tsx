import { describeStatus, isQuietChange, type LigatureEmbed } from "@ligature/embed"
import { useState } from "react"
import { Icon, type IconName } from "../ui/icon.tsx"
import { Popover } from "../ui/popover.tsx"
import { KeepingNote } from "./keeping-note.tsx"
import { useStatus } from "./use-embed.ts"
import "./status-line.css"

const ICONS: Record<ReturnType<typeof describeStatus>["tone"], IconName | null> = {
  well: "check",
  busy: null,
  away: "cloudOff",
  danger: "warning",
}

/** How the words of this browser stand, always in view; a click explains it. */
export function StatusLine({ embed }: { readonly embed: LigatureEmbed | null }) {
  const status = useStatus(embed)
  // Whether this change is read out depends on what was shown before it.
  const [shown, setShown] = useState({ status, isQuiet: true })
  if (shown.status !== status) setShown({ status, isQuiet: isQuietChange(shown.status, status) })
  const { summary, detail, tone } = describeStatus(status)
  const icon = ICONS[tone]
  return (
    <div className="status-line" data-tone={tone}>
      {icon === null ? <span className="status-dot" /> : <Icon name={icon} size={16} />}
      <output aria-label="Saving status" aria-live={shown.isQuiet ? "off" : "polite"}>
        {summary}
      </output>
      <Popover label="What this status means" className="status-more" button={null}>
        <p>{detail}</p>
        {status.state === "offline" && status.next !== null && <p className="quiet">{nextAttempt(status.next)}</p>}
        <KeepingNote embed={embed} />
      </Popover>
    </div>
  )
}

function nextAttempt(next: number): string {
  const seconds = Math.max(0, Math.round((next - Date.now()) / 1000))
  return seconds <= 1 ? "Trying again now." : `Trying again within ${seconds} seconds.`
}
