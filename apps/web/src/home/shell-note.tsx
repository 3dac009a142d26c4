import { useInstall } from "../shell/install-app.ts"
import { useShell, type Shell } from "../shell/shell.ts"

/** Says whether this page opens without a network, and offers to install it. */
export function ShellNote() {
  const shell = useShell()
  const install = useInstall()
  const note = NOTES[shell.state]
  return (
    <>
      {note !== null && <p>{note}</p>}
      {install !== null && (
        <button type="button" className="button" onClick={install}>
          Install the app
        </button>
      )}
    </>
  )
}

const OPENS_OFFLINE = "This page and the documents on it open without a network, too."

const NOTES: Readonly<Record<Shell["state"], string | null>> = {
  ready: OPENS_OFFLINE,
  "new-version": OPENS_OFFLINE,
  "needs-https":
    "Opening offline needs https: over plain http browsers do not keep apps. Documents you have open keep working when the network goes.",
  installing: null,
  unavailable: null,
}
