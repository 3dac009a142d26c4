import type { Node, Schema } from "prosemirror-model"

/** A table of these texts, as it goes into a document; its rows and columns get ids where it is stored. */
export function newTable(schema: Schema, rows: readonly (readonly string[])[], hasHeader: boolean): Node {
  const { block, table_island: island, table, table_row: row, table_cell: cell, table_caption: caption } = schema.nodes
  const lines = rows.map((texts, y) =>
    row?.create(
      null,
      texts.flatMap((text) => {
        const line = block?.create(null, text === "" ? [] : schema.text(text))
        return cell?.create({ header: hasHeader && y === 0 ? "column" : null }, line) ?? []
      }),
    ),
  )
  const body = table?.create(
    null,
    lines.flatMap((line) => line ?? []),
  )
  const made = island?.create(null, body === undefined || caption === undefined ? [] : [body, caption.create()])
  if (made === undefined) throw new TypeError("the schema has no tables")
  return made
}

/** Lines with the same number of tabs, as spreadsheets copy their cells; null for any other text. */
export function rowsOf(text: string): string[][] | null {
  const lines = text.replaceAll(/\r\n?/g, "\n").replace(/\n$/, "").split("\n")
  const rows = lines.map((line) => line.split("\t"))
  const width = rows[0]?.length ?? 0
  const isTable = rows.length > 1 && width > 1 && rows.every((row) => row.length === width)
  return isTable && !text.startsWith("\t") ? rows : null
}
