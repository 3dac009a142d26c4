// For pages that know which document they will open before they have loaded the editor.
import { SCHEMA_VERSION } from "@ligature/editor/first-screen"
import { askEarly, connectEarly as connect } from "@ligature/provider/early-socket"

/**
 * Begins to connect to a document for which `createEditor` is called in a moment, with the same `url`, `document` and `subject` of the
 * connection, and without a `token`. What this device keeps nothing of is sent at once. Throws TypeError for an address that is none.
 */
export function connectEarly(o: {
  readonly url: string
  readonly document: string
  readonly subject?: string | undefined
}): void {
  const connection = { url: o.url, document: o.document, schema: SCHEMA_VERSION }
  connect(connection)
  void askEarly({ ...connection, subject: o.subject })
}
