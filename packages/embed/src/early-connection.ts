// For pages that know which document they will open before they have loaded the editor.
import { SCHEMA_VERSION } from "@ligature/editor/first-screen"
import { connectEarly as connect } from "@ligature/provider/early-socket"

/**
 * Begins to connect to a document for which `createEditor` is called in a moment, with the same `url` and `document`, and without a
 * `token`. Throws TypeError for an address that is none.
 */
export function connectEarly({ url, document }: { readonly url: string; readonly document: string }): void {
  connect({ url, document, schema: SCHEMA_VERSION })
}
