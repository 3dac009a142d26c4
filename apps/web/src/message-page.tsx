import { useEffect, type ReactNode } from "react"
import { openNewDocument } from "./route.ts"
import { SiteHeader } from "./ui/site-header.tsx"
import { Link } from "./ui/link.tsx"
import "./message-page.css"

/** A page that has only something to say. */
export function MessagePage(props: { readonly title: string; readonly children: ReactNode }) {
  const { title } = props
  useEffect(() => {
    document.title = `${title} – Ligature`
  }, [title])
  return (
    <>
      <SiteHeader />
      <main className="message-page">
        <h1>{title}</h1>
        {props.children}
      </main>
    </>
  )
}

export function NotFoundPage() {
  return (
    <MessagePage title="There is nothing here">
      <p>The address leads nowhere. Perhaps it was shortened on the way, or typed by hand.</p>
      <WaysOn />
    </MessagePage>
  )
}

/** Opening a document under half a name would show an empty page where somebody expects their text. */
export function BrokenLinkPage() {
  return (
    <MessagePage title="This link is not complete">
      <p>
        A link to a document ends in 22 letters and digits, and this one does not. Mail programs sometimes break long
        links: please copy it once more, up to its very end.
      </p>
      <WaysOn />
    </MessagePage>
  )
}

function WaysOn() {
  return (
    <p className="message-page-actions">
      <Link className="button button-primary" href="/">
        Your documents
      </Link>
      <button type="button" className="button" onClick={() => openNewDocument()}>
        New document
      </button>
    </p>
  )
}
