import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App, loadDocumentPage } from "./app.tsx"
import { parseRoute } from "./parse-route.ts"
import { startShell } from "./shell/shell.ts"
import { applyTheme } from "./theme/theme.ts"

// What is covered until then needs no skeleton in between. If it cannot be loaded, the page says so itself.
if (parseRoute(location).page === "document") await loadDocumentPage().catch(() => undefined)
const root = document.querySelector("#app")
if (root === null) throw new Error("index.html has lost its #app")
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
applyTheme()
startShell()
