import type { LigatureEmbed } from "@ligature/embed"
import { useShell } from "../shell/shell.ts"
import { useKeeping, usePersistence } from "./use-embed.ts"

/** Says whether this document opens here without a network, and never more than is true. */
export function KeepingNote({ embed }: { readonly embed: LigatureEmbed | null }) {
  const shell = useShell()
  const keeping = useKeeping(embed)
  const persistence = usePersistence(embed)
  const isAppKept = shell.state === "ready" || shell.state === "new-version"

  if (keeping.state === "failing" || keeping.state === "absent") {
    return <p className="quiet">This browser does not keep the document. {keeping.reason}</p>
  }
  if (shell.state === "needs-https") {
    return (
      <p className="quiet">
        Opening offline needs https. While this page stays open, you can go on writing without a network.
      </p>
    )
  }
  if (keeping.state !== "kept" || !isAppKept) return null
  return (
    <p className="quiet">
      This document opens in this browser without a network, too.
      {persistence === "refused" &&
        " The browser has not promised to keep it for ever: it may clear it when space runs short."}
    </p>
  )
}
