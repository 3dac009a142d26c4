import { Component, type ReactNode } from "react"
import { MessagePage } from "./message-page.tsx"
import { Link } from "./ui/link.tsx"

interface State {
  readonly error: unknown
}

/** Shows a page with a way on where the app itself has failed. Documents are safe: they are not in the page. */
export class MishapBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { error: null }

  static getDerivedStateFromError(error: unknown): State {
    return { error }
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children
    return (
      <MessagePage title="This page tripped over something">
        <p>
          That is our fault, not yours. What you wrote is kept: by the server, or in this browser if there was no
          network. Loading the page anew usually helps.
        </p>
        <p className="message-page-actions">
          <button type="button" className="button button-primary" onClick={() => location.reload()}>
            Reload
          </button>
          <Link className="button" href="/" onClick={() => this.setState({ error: null })}>
            Your documents
          </Link>
        </p>
      </MessagePage>
    )
  }
}
