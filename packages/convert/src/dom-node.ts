import { parseHTML } from "linkedom"

/** HTML as a document, without a browser. */
export function parseDocument(html: string): Document {
  return parseHTML(`<!doctype html><html><head></head><body>${html}</body></html>`).document
}

/** A document to make elements in. */
export function emptyDocument(): Document {
  return parseHTML("<!doctype html><html><head></head><body></body></html>").document
}
