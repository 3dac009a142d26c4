import { DOMSerializer } from "prosemirror-model"
import { Plugin } from "prosemirror-state"
import type { EditorView, NodeView } from "prosemirror-view"
import { blockAround, setBlockAttributes } from "./blocks.ts"
import type { EditorStrings } from "./strings.ts"

/** Makes the checkboxes of task items work and gives them a name. */
export function taskCheckbox(strings: EditorStrings): Plugin {
  return new Plugin({
    props: {
      nodeViews: {
        block: (node, view): NodeView => {
          const draw = node.type.spec.toDOM
          if (draw === undefined) throw new TypeError("the schema's block has no toDOM")
          const drawn = DOMSerializer.renderSpec(view.dom.ownerDocument, draw(node))
          if (node.attrs["list"] === "task") checkboxIn(drawn.dom)?.setAttribute("aria-label", strings.taskDone)
          return drawn.contentDOM === undefined ? { dom: drawn.dom } : { dom: drawn.dom, contentDOM: drawn.contentDOM }
        },
      },
      handleDOMEvents: {
        // The caret stays where it is.
        mousedown: (_view, event) => {
          if (checkboxOf(event) !== null) event.preventDefault()
          return checkboxOf(event) !== null
        },
        click: (view, event) => {
          const checkbox = checkboxOf(event)
          if (checkbox === null) return false
          // The document decides what is checked, and it redraws the box.
          event.preventDefault()
          toggleAt(view, checkbox)
          return true
        },
      },
    },
  })
}

function toggleAt(view: EditorView, checkbox: Element): void {
  if (!view.editable) return
  const block = blockAround(view.state.doc.resolve(view.posAtDOM(checkbox, 0)))
  if (block?.node.attrs["list"] !== "task") return
  view.dispatch(setBlockAttributes(view.state.tr, block, { checked: block.node.attrs["checked"] !== true }))
}

function checkboxOf(event: Event): Element | null {
  const { target } = event
  if (!(target instanceof Element)) return null
  const label = target.closest(".ligature-task")
  return label === null ? null : checkboxIn(label)
}

function checkboxIn(dom: Node): Element | null {
  return dom instanceof Element ? (dom.querySelector(".ligature-task input") ?? dom.querySelector("input")) : null
}
