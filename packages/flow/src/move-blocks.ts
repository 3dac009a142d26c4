import { Fragment, Slice } from "prosemirror-model"
import { ReplaceStep, type Transform } from "prosemirror-transform"

/**
 * Moves the blocks between two borders of blocks to a third, which must not lie among them: a deletion and an insertion, by which a
 * flow recognises that the blocks are the same. Borders are positions inside sections, where the view has such. Returns the position
 * before the first of the moved blocks.
 */
export function moveBlocks(change: Transform, from: number, to: number, target: number): number {
  if (target > from && target < to)
    throw new RangeError(`blocks from ${from} to ${to} cannot move to ${target}, into themselves`)
  const { doc } = change
  const [$from, $to] = [doc.resolve(from), doc.resolve(to)]
  const { content } = doc.slice(from, to)
  const isOneGroup = $from.sameParent($to)
  const blocks = isOneGroup ? content : Fragment.fromArray(content.content.flatMap((group) => group.children))

  const steps = change.steps.length
  // A group that loses all of its blocks goes with them.
  const isAll = $from.depth > 0 && $from.parentOffset === 0 && $to.parentOffset === $to.parent.content.size
  const range = isAll ? { from: $from.before(), to: $to.after() } : { from, to }
  change.step(new ReplaceStep(range.from, range.to, Slice.empty))
  const at = change.mapping.slice(steps).map(target)
  change.step(new ReplaceStep(at, at, new Slice(blocks, 0, 0)))
  return at
}
