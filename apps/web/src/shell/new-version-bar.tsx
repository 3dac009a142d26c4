import { switchToNewVersion, useShell } from "./shell.ts"
import "./new-version-bar.css"

/** Offers the new version of the app. It never comes by itself into a page somebody is reading. */
export function NewVersionBar() {
  const shell = useShell()
  if (shell.state !== "new-version") return null
  return (
    <aside className="new-version" aria-label="New version">
      <p>A new version of Ligature is ready.</p>
      <button type="button" className="button" onClick={switchToNewVersion}>
        Reload
      </button>
    </aside>
  )
}
