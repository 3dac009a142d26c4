import { DOMParser, type Node as DocumentNode, type ParseOptions, type Schema, type Slice } from "prosemirror-model"
import { flattenHTML } from "./flatten-html.ts"

/**
 * Reads HTML of any origin into a document of flat blocks and tables. For pasting (`clipboardParser` of the view) and for import;
 * the view's own drawing is read by the schema's rules alone.
 */
export class HtmlParser extends DOMParser {
  constructor(schema: Schema) {
    super(schema, DOMParser.fromSchema(schema).rules)
  }

  override parse(dom: Node, options: ParseOptions = {}): DocumentNode {
    return super.parse(this.#flattened(dom, options), { ...options, preserveWhitespace: "full" })
  }

  override parseSlice(dom: Node, options: ParseOptions = {}): Slice {
    return super.parseSlice(this.#flattened(dom, options), { ...options, preserveWhitespace: "full" })
  }

  #flattened(dom: Node, options: ParseOptions): DocumentFragment {
    return flattenHTML(dom, {
      preserveWhitespace: options.preserveWhitespace === true || options.preserveWhitespace === "full",
      keepTables: this.schema.nodes["table_island"] !== undefined,
    })
  }
}
