import { type ComponentProps, type ComponentType, useEffect, useState } from "react"
import { HomePage } from "./home/home-page.tsx"
import { MishapBoundary } from "./mishap-boundary.tsx"
import { BrokenLinkPage, NotFoundPage } from "./message-page.tsx"
import { openNewDocument, useRoute } from "./route.ts"
import { NewVersionBar } from "./shell/new-version-bar.tsx"
import { PageSkeleton } from "./document/page-skeleton.tsx"

type DocumentPage = ComponentType<{ readonly document: string; readonly isReading: boolean }>

// The editor is most of the app, and the list of documents should not wait for it.
let documentPage: DocumentPage | null = null

/** To be called before the first rendering where a document is what is asked for. Rejects where the files are gone. */
export async function loadDocumentPage(): Promise<DocumentPage> {
  documentPage ??= (await import("./document/document-page.tsx")).default
  return documentPage
}

export function App() {
  return (
    <>
      <MishapBoundary>
        <Page />
      </MishapBoundary>
      <NewVersionBar />
    </>
  )
}

function Page() {
  const route = useRoute()
  const { page } = route

  useEffect(() => {
    if (page === "new-document") openNewDocument({ replace: true })
    // Whoever looks at the list opens a document next.
    if (page === "home") loadDocumentPage().catch(() => undefined)
  }, [page])

  switch (route.page) {
    case "home":
      return <HomePage />
    case "new-document":
      return <PageSkeleton />
    case "document":
      return (
        <DocumentPageWhenLoaded key={route.document} document={route.document} isReading={route.isReading === true} />
      )
    case "broken-link":
      return <BrokenLinkPage />
    case "not-found":
      break
  }
  return <NotFoundPage />
}

/** Without Suspense: React holds back what follows a fallback for a third of a second. */
function DocumentPageWhenLoaded(props: ComponentProps<DocumentPage>) {
  const [loaded, setLoaded] = useState<{ readonly Page: DocumentPage | null }>({ Page: documentPage })
  const { Page } = loaded
  useEffect(() => {
    if (Page !== null) return undefined
    let isWanted = true
    loadDocumentPage().then(
      (page) => isWanted && setLoaded({ Page: page }),
      (error: unknown) =>
        isWanted &&
        setLoaded(() => {
          // For the boundary around the page.
          throw error
        }),
    )
    return () => {
      isWanted = false
    }
  }, [Page])
  return Page === null ? <PageSkeleton /> : <Page {...props} />
}
