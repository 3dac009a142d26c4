import { Plugin } from "prosemirror-state"
import { tableEditing } from "prosemirror-tables"

/**
 * Whole cells selected with the mouse and with Shift and arrows, arrows between cells, and Delete for selected cells: what prosemirror-tables
 * has for that, without its pasting and without what it does after every change. It repairs tables in reaction to others' changes, and
 * two clients that repair one table make it grow; here the view is drawn from the model and needs no repair.
 */
export function cellSelecting(): Plugin {
  const { key, state, props } = tableEditing().spec
  const { handlePaste: _pasting, ...others } = props ?? {}
  return new Plugin({
    ...(key === undefined ? {} : { key }),
    ...(state === undefined ? {} : { state }),
    props: others,
  })
}
