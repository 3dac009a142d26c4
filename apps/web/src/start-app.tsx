import { StrictMode } from "react"
import { createRoot } from "react-dom/client"
import { App } from "./app.tsx"
import { startShell } from "./shell/shell.ts"
import { applyTheme } from "./theme/theme.ts"

const root = document.querySelector("#app")
if (root === null) throw new Error("index.html has lost its #app")
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
applyTheme()
startShell()
