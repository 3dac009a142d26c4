const SAFE_PROTOCOLS: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"])

/**
 * The address as it may be put into a link, or null. Only absolute http, https, mailto and tel addresses pass: a link may come from
 * another peer, from the clipboard or from the keyboard, and a relative one would point into whatever page embeds the editor.
 */
export function safeHref(url: unknown): string | null {
  if (typeof url !== "string" || url.length > 4096) return null
  const trimmed = url.trim()
  // Browsers drop tabs and line breaks inside an address before they look at its protocol; URL does the same, so ask it.
  if (!URL.canParse(trimmed)) return null
  return SAFE_PROTOCOLS.has(new URL(trimmed).protocol) ? trimmed : null
}
