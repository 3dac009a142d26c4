/** HTML as a document of the browser: no script in it runs, no image loads. Under Trusted Types a plain string is refused. */
export function parseDocument(html: string): Document {
  return new DOMParser().parseFromString(html, "text/html")
}

/** A document to make elements in. */
export function emptyDocument(): Document {
  return document.implementation.createHTMLDocument("")
}
