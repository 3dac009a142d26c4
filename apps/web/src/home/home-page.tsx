import { useDeferredValue, useEffect, useState } from "react"
import { openNewDocument } from "../route.ts"
import { Icon } from "../ui/icon.tsx"
import { SiteHeader } from "../ui/site-header.tsx"
import { filterDocuments, type ListedDocument } from "./document-list.ts"
import { DocumentRow } from "./document-row.tsx"
import { EmptyShelf } from "./empty-shelf.tsx"
import { ImportMarkdown } from "./import-markdown.tsx"
import { RemoveDialog } from "./remove-dialog.tsx"
import { ShellNote } from "./shell-note.tsx"
import { removeFromShelf, useShelf } from "./shelf.ts"
import "./home-page.css"

/** With fewer documents than this a search field is in the way. */
const MANY = 7

export function HomePage() {
  const { documents, problem, read } = useShelf()
  const [query, setQuery] = useState("")
  const [removing, setRemoving] = useState<ListedDocument | null>(null)
  const shown = filterDocuments(documents ?? [], useDeferredValue(query))

  useEffect(() => {
    document.title = "Ligature"
  }, [])

  const empty = documents !== null && documents.length === 0
  return (
    <>
      <SiteHeader />
      <main className="home">
        <div className="home-head">
          <h1>{empty ? "Write together" : "Your documents"}</h1>
          <div className="home-actions">
            <ImportMarkdown />
            <button type="button" className="button button-primary" onClick={() => openNewDocument()}>
              <Icon name="plus" />
              New document
            </button>
          </div>
        </div>
        {problem !== null && (
          <p className="home-problem" role="alert">
            <Icon name="warning" />
            {problem}
          </p>
        )}
        {empty && problem === null && <EmptyShelf />}
        {documents !== null && documents.length >= MANY && (
          <label className="search">
            <span className="visually-hidden">Search your documents</span>
            <Icon name="search" />
            <input
              type="search"
              className="field"
              placeholder="Search by title"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </label>
        )}
        {shown.length > 0 && (
          <ul className="document-list" aria-label="Documents opened in this browser">
            {shown.map((listed) => (
              <DocumentRow key={listed.document} listed={listed} now={read} onRemove={() => setRemoving(listed)} />
            ))}
          </ul>
        )}
        {documents !== null && documents.length > 0 && shown.length === 0 && (
          <p className="quiet">No title here contains “{query}”.</p>
        )}
      </main>
      <footer className="home-foot">
        <ShellNote />
      </footer>
      {removing !== null && (
        <RemoveDialog
          listed={removing}
          onCancel={() => setRemoving(null)}
          onRemove={() => {
            setRemoving(null)
            void removeFromShelf(removing.document)
          }}
        />
      )}
    </>
  )
}
