/** What a newcomer sees. */
export function EmptyShelf() {
  return (
    <div className="empty-shelf">
      <svg viewBox="0 0 260 96" aria-hidden="true" focusable="false">
        <path className="text" d="M3 14h120M3 48h78M3 82h170" />
        <path className="caret-one" d="M131 2v24" />
        <rect className="caret-one" x="131" y="0" width="40" height="14" rx="3" />
        <path className="caret-two" d="M89 36v24" />
        <rect className="caret-two" x="89" y="34" width="54" height="14" rx="3" />
        <path className="caret-three" d="M181 70v24" />
        <rect className="caret-three" x="181" y="68" width="32" height="14" rx="3" />
      </svg>
      <p>
        Start a document and send its link to whoever should write with you. They need no account: they open the link
        and type.
      </p>
      <p className="quiet">
        Every document you open is listed here and kept in this browser too, so that you can go on without a network.
      </p>
    </div>
  )
}
