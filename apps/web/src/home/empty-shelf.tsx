/** What a newcomer sees. */
export function EmptyShelf() {
  return (
    <div className="empty-shelf">
      <svg viewBox="0 0 320 120" aria-hidden="true" focusable="false">
        <rect className="sheet" x="34" y="10" width="252" height="100" rx="10" />
        <path className="text" d="M62 38h118M62 60h74M62 82h150" />
        <path className="caret-one" d="M188 28v20" />
        <rect className="caret-one" x="188" y="18" width="34" height="12" rx="3" />
        <path className="caret-two" d="M144 50v20" />
        <rect className="caret-two" x="144" y="40" width="42" height="12" rx="3" />
      </svg>
      <p>
        Start a document and send its link to whoever should write with you. They need no account; they open the link
        and type.
      </p>
      <p className="quiet">
        What you open is kept in this browser as well, so it is here again when there is no network. It will be listed
        on this page.
      </p>
    </div>
  )
}
