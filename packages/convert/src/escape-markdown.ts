/** Text as it may stand inside a line of Markdown and is read back as itself. Only what could mean something is escaped. */
export function escapeText(text: string): string {
  return (
    text
      .replaceAll(/[\\`*~[\]]/g, String.raw`\$&`)
      // Inside a word an underline makes nothing slanted.
      .replaceAll(/(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu, (run) => run.replaceAll("_", String.raw`\_`))
      // A tag, a comment or an address in angle brackets; at the end, because what follows is not known here.
      .replaceAll(/<(?=[a-z/!?]|$)/gi, String.raw`\<`)
      // A named or numbered character.
      .replaceAll(/&(?=#?[a-z0-9]+;)/gi, String.raw`\&`)
  )
}

/** Keeps the beginning of a written line from being read as a heading, list, quote, rule, underline of a heading or row of a table. */
export function escapeLineStart(line: string): string {
  const number = /^(\d{1,9})(?=[.)](\s|$))/.exec(line)?.[1]
  if (number !== undefined) return `${number}\\${line.slice(number.length)}`
  const isBlockStart = /^(#{1,6}(\s|$)|>|[-+](\s|$)|[-=:|][-=:|\s]*$)/.test(line)
  return isBlockStart ? `\\${line}` : line
}

/** A heading may end in number signs of its own accord; those of the text are told apart from them. */
export function escapeHeadingEnd(line: string): string {
  return line.endsWith("#") ? `${line.slice(0, -1)}\\#` : line
}

/** Stands where a block without text has to be seen. Other programs show nothing. */
export const EMPTY_BLOCK = "<!-- -->"

/** Code between backticks, with as many as it takes. */
export function codeSpan(text: string): string {
  // Parsers differ in how many of the spaces stay when there is nothing else.
  if (text.trim() === "") return `<code>${text}</code>`
  const fence = "`".repeat(longestRun(text) + 1)
  const needsPadding = text.startsWith("`") || text.endsWith("`") || (text.startsWith(" ") && text.endsWith(" "))
  return needsPadding ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`
}

/** The line that opens and closes a block of code with this text. */
export function codeFence(text: string): string {
  return "`".repeat(Math.max(3, longestRun(text) + 1))
}

/** An address as the target of a link. */
export function linkTarget(href: string): string {
  const escaped = href.replaceAll(/[\\<>]/g, String.raw`\$&`).replaceAll(/&(?=#?[a-z0-9]+;)/gi, String.raw`\&`)
  // Without angle brackets an address ends at a space and must have its parentheses in pairs.
  return /[\s\p{Cc}()<>]/u.test(href) ? `<${escaped}>` : escaped
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
