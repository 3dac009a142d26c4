import "./page-skeleton.css"

/** Grey shapes where the document will be. */
export function PageSkeleton() {
  return (
    <div className="page-skeleton" aria-busy="true">
      <p className="visually-hidden">Loading the document</p>
      <span className="page-skeleton-title" />
      <span />
      <span />
      <span />
      <span />
    </div>
  )
}
