import { safeHref } from "@ligature/schema"
import { type Command, Plugin, type PluginView } from "prosemirror-state"
import { Decoration, DecorationSet, type EditorView } from "prosemirror-view"
import { type LateFeatures, lateFeatures, withLateFeatures } from "./later.ts"
import type { LinkDialog } from "./link-dialog.ts"
import { type LinkTarget, openedLink } from "./opened-link.ts"
import type { EditorStrings } from "./strings.ts"
import { markOf } from "./toggle-format.ts"

/** Mod-k: opens the editor of an address for the selection or for the link around the caret. */
export const openLinkEditor: Command = (state, dispatch, view) => {
  const type = markOf(state.schema, "link")
  const { selection } = state
  if (type === null || !selection.$from.parent.inlineContent || !selection.$from.sameParent(selection.$to)) return false
  if (dispatch === undefined) return true
  const code = lateFeatures()
  if (code !== null) {
    const { from, to } = code.linkAround(state, type) ?? selection
    dispatch(state.tr.setMeta(openedLink, { from, to }).scrollIntoView())
  } else if (view !== undefined) {
    withLateFeatures(view, () => {
      // Whoever went on writing meanwhile is not interrupted.
      if (view.state.selection.eq(selection)) openLinkEditor(view.state, view.dispatch, view)
    })
  }
  return true
}

/** The small dialog under a link: shows where it leads, changes or removes it. */
export function linkEditor(options: { host: HTMLElement; strings: EditorStrings }): Plugin {
  return new Plugin<LinkTarget | null>({
    key: openedLink,
    state: {
      init: () => null,
      apply(transaction, target) {
        const news: unknown = transaction.getMeta(openedLink)
        if (isTarget(news)) return news
        if (news === false) return null
        if (target === null) return null
        const isRemote = transaction.getMeta("addToHistory") === false
        if (transaction.selectionSet && !isRemote) return null
        return { from: transaction.mapping.map(target.from, 1), to: transaction.mapping.map(target.to, -1) }
      },
    },
    props: {
      // In text that can be edited a click sets the caret; with the key that opens new tabs it follows the link.
      handleClick(view, position, event) {
        const type = markOf(view.state.schema, "link")
        if (type === null || !(event.ctrlKey || event.metaKey)) return false
        const href = safeHref(type.isInSet(view.state.doc.nodeAt(position)?.marks ?? [])?.attrs["href"])
        if (href === null) return false
        view.dom.ownerDocument.defaultView?.open(href, "_blank", "noopener,noreferrer")
        return true
      },
      // The browser draws no selection while the address field has the focus.
      decorations(state) {
        const target = openedLink.getState(state)
        if (target === null || target === undefined || target.from >= target.to) return null
        return DecorationSet.create(state.doc, [
          Decoration.inline(target.from, target.to, { class: "ligature-link-target" }),
        ])
      },
    },
    view: (view) => new LateDialog(view, options),
  })
}

/** Stands for the dialog until there is a link under the caret, or somebody asks for one. */
class LateDialog implements PluginView {
  readonly #view: EditorView
  readonly #options: Parameters<typeof linkEditor>[0]
  #dialog: LinkDialog | null = null

  constructor(view: EditorView, options: Parameters<typeof linkEditor>[0]) {
    this.#view = view
    this.#options = options
    view.dom.addEventListener("focus", this.update)
  }

  readonly update = (): void => {
    if (this.#dialog !== null) this.#dialog.update()
    else if (this.#isNeeded()) withLateFeatures(this.#view, (code) => this.#show(code))
  }

  destroy(): void {
    this.#view.dom.removeEventListener("focus", this.update)
    this.#dialog?.destroy()
  }

  #show(code: LateFeatures): void {
    this.#view.dom.removeEventListener("focus", this.update)
    this.#dialog ??= new code.LinkDialog(this.#view, this.#options.host, this.#options.strings)
    this.#dialog.update()
  }

  #isNeeded(): boolean {
    const { state } = this.#view
    if (openedLink.getState(state) != null) return true
    const { $from, empty } = state.selection
    const type = markOf(state.schema, "link")
    return empty && [$from.nodeBefore, $from.nodeAfter].some((node) => type?.isInSet(node?.marks ?? []) !== undefined)
  }
}

function isTarget(value: unknown): value is LinkTarget {
  return typeof value === "object" && value !== null && "from" in value && "to" in value
}
