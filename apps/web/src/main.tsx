import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App } from "./app.tsx"
import { startShell } from "./shell/shell.ts"
import { reloadWhenFilesAreStale } from "./shell/stale-files.ts"
import { applyTheme } from "./theme/theme.ts"
import "@fontsource-variable/source-serif-4/wght.css"
import "@fontsource-variable/source-serif-4/wght-italic.css"
import "./ui/tokens.css"
import "./ui/base.css"

const root = document.querySelector("#app")
if (root === null) throw new Error("index.html has lost its #app")
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
applyTheme()
reloadWhenFilesAreStale()
startShell()
