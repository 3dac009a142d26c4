import { Fragment, type Node, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"
import { sameValue } from "../formats.ts"
import { patchBlocks } from "../patch-blocks.ts"

/**
 * Makes the island at a position show what another node of the same island says. Where rows, columns and merges are the same, only
 * what differs in single cells is touched; else the rows from the first to the last that differs are put in anew, and whoever
 * keeps positions in them keeps them by what stands there.
 */
export function patchIsland(change: Transform, position: number, node: Node): void {
  const shown = change.doc.nodeAt(position)
  const [table, wanted] = [shown?.firstChild, node.firstChild]
  const [text, wantedText] = [shown?.lastChild, node.lastChild]
  if (shown == null || table == null || wanted == null || text == null || wantedText == null) return
  // From the end to the beginning: positions before stay what they are.
  const captionAt = position + 1 + table.nodeSize
  if (!text.content.eq(wantedText.content)) patchLine(change, captionAt + 1, text.content, wantedText.content)
  if (!table.content.eq(wanted.content)) patchRows(change, position + 2, table, wanted)
  patchAttributes(change, position + 1, table, wanted)
  patchAttributes(change, position, shown, node)
}

function patchRows(change: Transform, start: number, shown: Node, wanted: Node): void {
  if (haveSameCells(shown, wanted)) return patchCells(change, start, shown, wanted)
  const shorter = Math.min(shown.childCount, wanted.childCount)
  let first = 0
  while (first < shorter && shown.child(first).eq(wanted.child(first))) first++
  let rest = 0
  while (
    rest < shorter - first &&
    shown.child(shown.childCount - 1 - rest).eq(wanted.child(wanted.childCount - 1 - rest))
  ) {
    rest++
  }
  const from = start + sizeOf(shown.children.slice(0, first))
  const to = from + sizeOf(shown.children.slice(first, shown.childCount - rest))
  const rows = wanted.children.slice(first, wanted.childCount - rest)
  change.step(new ReplaceStep(from, to, new Slice(Fragment.fromArray(rows), 0, 0)))
}

/** Whether two tables have the same rows with the same cells: then they differ in nothing but content and looks. */
function haveSameCells(a: Node, b: Node): boolean {
  if (a.childCount !== b.childCount) return false
  return a.children.every((row, y) => {
    const other = b.child(y)
    if (row.attrs["id"] !== other.attrs["id"] || row.childCount !== other.childCount) return false
    return row.children.every((cell, x) => {
      const { attrs } = other.child(x)
      return ["row", "column", "rowspan", "colspan"].every((name) => cell.attrs[name] === attrs[name])
    })
  })
}

function patchCells(change: Transform, start: number, shown: Node, wanted: Node): void {
  let rowEnd = start + shown.content.size
  for (let y = shown.childCount - 1; y >= 0; y--) {
    const [row, wantedRow] = [shown.child(y), wanted.child(y)]
    let end = rowEnd - 1
    rowEnd -= row.nodeSize
    if (row === wantedRow) continue
    for (let x = row.childCount - 1; x >= 0; x--) {
      const [cell, wantedCell] = [row.child(x), wantedRow.child(x)]
      const at = end - cell.nodeSize
      if (cell.content !== wantedCell.content && !cell.content.eq(wantedCell.content)) {
        const group = (): Node => change.doc.nodeAt(at) ?? cell
        patchBlocks(change, group, 0, at + 1, cell.childCount, wantedCell.children)
      }
      patchAttributes(change, at, cell, wantedCell)
      end = at
    }
  }
}

function patchLine(change: Transform, start: number, shown: Fragment, wanted: Fragment): void {
  const from = shown.findDiffStart(wanted)
  const end = from === null ? null : shown.findDiffEnd(wanted)
  if (from === null || end === null) return
  const overlap = Math.max(0, from - Math.min(end.a, end.b))
  const slice = new Slice(wanted.cut(from, end.b + overlap), 0, 0)
  change.step(new ReplaceStep(start + from, start + end.a + overlap, slice))
}

function patchAttributes(change: Transform, position: number, shown: Node, wanted: Node): void {
  for (const [name, value] of Object.entries(wanted.attrs)) {
    if (!sameValue(shown.attrs[name], value)) change.setNodeAttribute(position, name, value)
  }
}

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { nodeSize }) => sum + nodeSize, 0)
}
