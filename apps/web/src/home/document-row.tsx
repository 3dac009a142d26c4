import { pathOf } from "../route.ts"
import { Icon } from "../ui/icon.tsx"
import { Link } from "../ui/link.tsx"
import { titleToShow, whenOpened, type ListedDocument } from "./document-list.ts"

export function DocumentRow(props: {
  readonly listed: ListedDocument
  /** The moment that "2 hours ago" is reckoned from. */
  readonly now: number
  readonly onRemove: () => void
}) {
  const { listed, now, onRemove } = props
  const title = titleToShow(listed.title)
  return (
    <li className="document-row">
      <Link href={pathOf({ page: "document", document: listed.document })} className="document-link">
        <Icon name="document" />
        <span dir="auto" className={listed.title.trim() === "" ? "document-title quiet" : "document-title"}>
          {title}
        </span>
        <span className="document-facts">
          {listed.changes > 0 && (
            <span className="unsent">
              {listed.changes === 1 ? "1 change not sent yet" : `${listed.changes} changes not sent yet`}
            </span>
          )}
          <time dateTime={new Date(listed.opened).toISOString()}>{whenOpened(listed.opened, now)}</time>
        </span>
      </Link>
      <button
        type="button"
        className="icon-button"
        aria-label={`Remove “${title}” from this list`}
        title="Remove from this list"
        onClick={onRemove}
      >
        <Icon name="close" size={18} />
      </button>
    </li>
  )
}
