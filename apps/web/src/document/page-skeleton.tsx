import "./page-skeleton.css"

/** Grey shapes where the document will be. */
export function PageSkeleton() {
  return (
    <div className="page-skeleton" role="progressbar" aria-label="Loading the document">
      <span className="page-skeleton-title" />
      <span />
      <span />
      <span />
      <span />
    </div>
  )
}
