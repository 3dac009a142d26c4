export { schema, viewSchema, nodeSpecs, markSpecs, type NodeName, type MarkName } from "./schema.ts"
export { SCHEMA_VERSION } from "./schema-version.ts"
export {
  type BlockAttributes,
  type BlockAttributeName,
  type BlockKind,
  type BlockList,
  BLOCK_ATTRIBUTE_NAMES,
  BLOCK_DEFAULTS,
  MAX_INDENT,
  blockAttributes,
  cleanLanguage,
  isKnownKind,
} from "./block.ts"
export { type CellAlign, type CellHeader, type TableCellAttributes, tableCellAttributes, tableWidths } from "./table.ts"
export { safeHref } from "./safe-href.ts"
export { foreignMarkName } from "./foreign-mark-name.ts"
export { HtmlParser } from "./html-parser.ts"
export { HtmlSerializer } from "./html-serializer.ts"
export { blocksToText } from "./text-serializer.ts"
