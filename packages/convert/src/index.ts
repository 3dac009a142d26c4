export { toMarkdown } from "./to-markdown.ts"
export { fromMarkdown } from "./from-markdown.ts"
export { type FromHtmlOptions, fromHtml, toHtml } from "./html.ts"
export { toText } from "./to-text.ts"
export { takeTitle } from "./take-title.ts"
export { SCHEMA_VERSION } from "@ligature/schema"
export { documentUpdate, readDocument } from "./shared-document.ts"
// The parts of a line and the parser's tokens stay inside: they follow the libraries behind them.
