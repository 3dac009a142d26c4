import { ThemeSwitch } from "../theme/theme-switch.tsx"
import { Link } from "./link.tsx"
import { Mark } from "./logo.tsx"
import "./site-header.css"

/** The top of every page but the document's. */
export function SiteHeader() {
  return (
    <header className="site-header">
      <Link href="/" className="wordmark">
        <Mark />
        <span>Ligature</span>
      </Link>
      <ThemeSwitch />
    </header>
  )
}
