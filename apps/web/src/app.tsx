import { lazy, Suspense, useEffect } from "react"
import { HomePage } from "./home/home-page.tsx"
import { MishapBoundary } from "./mishap-boundary.tsx"
import { BrokenLinkPage, NotFoundPage } from "./message-page.tsx"
import { openNewDocument, useRoute } from "./route.ts"
import { NewVersionBar } from "./shell/new-version-bar.tsx"
import { PageSkeleton } from "./document/page-skeleton.tsx"

// The editor is most of the app, and the list of documents should not wait for it.
const loadDocumentPage = () => import("./document/document-page.tsx")
const DocumentPage = lazy(loadDocumentPage)

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
        <Suspense fallback={<PageSkeleton />}>
          <DocumentPage key={route.document} document={route.document} isReading={route.isReading === true} />
        </Suspense>
      )
    case "broken-link":
      return <BrokenLinkPage />
    case "not-found":
      break
  }
  return <NotFoundPage />
}
