/** A document this browser has opened, as the home page lists it. */
export interface ListedDocument {
  readonly document: string
  /** Empty when nobody has named it. */
  readonly title: string
  /** When it was last open here, in milliseconds since 1970. */
  readonly opened: number
  /** How many changes made here the server does not have yet. */
  readonly changes: number
}

/** Those whose title holds every word of the query, the last opened first. */
export function filterDocuments(documents: readonly ListedDocument[], query: string): readonly ListedDocument[] {
  const words = fold(query).split(/\s+/u).filter(Boolean)
  return documents
    .filter(({ title }) => {
      const text = fold(titleToShow(title))
      return words.every((word) => text.includes(word))
    })
    .toSorted((a, b) => b.opened - a.opened)
}

export function titleToShow(title: string): string {
  return title.trim() === "" ? "Untitled" : title
}

/** "2 hours ago", in the language of the page's texts. Beyond a month the date says more. */
export function whenOpened(opened: number, now: number): string {
  const minutes = Math.max(0, (now - opened) / 60_000)
  if (minutes < 1) return "just now"
  if (minutes < 60) return AGO.format(-Math.floor(minutes), "minute")
  if (minutes < 60 * 24) return AGO.format(-Math.floor(minutes / 60), "hour")
  const days = Math.floor(minutes / 60 / 24)
  if (days < 30) return AGO.format(-days, "day")
  return DATE.format(opened)
}

const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" })
const DATE = new Intl.DateTimeFormat("en", { dateStyle: "medium" })

/** Case and accents make no difference to somebody who searches. */
function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLocaleLowerCase()
}
