/** The app's own document names: 128 random bits in base64url, so that nobody finds a document without its link. */
const NAME = /^[A-Za-z0-9_-]{22}$/

export function newDocumentName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")
}

/** False for a link that lost its end on the way: opening that would show an empty document instead of the one meant. */
export function isDocumentName(text: string): boolean {
  return NAME.test(text)
}
