import { useInstall } from "../shell/install-app.ts"
import { useShell, type Shell } from "../shell/shell.ts"

/** Says whether this page opens without a network, and offers to install it. */
export function ShellNote() {
  const shell = useShell()
  const install = useInstall()
  const note = noteFor(shell)
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

function noteFor(shell: Shell): string | null {
  switch (shell.state) {
    case "ready":
    case "new-version":
      return "This page and the documents on it open without a network, too."
    case "needs-https":
      return "Opening offline needs https: over plain http browsers do not keep apps. Documents you have open keep working when the network goes."
    case "installing":
    case "unavailable":
      return null
  }
}
