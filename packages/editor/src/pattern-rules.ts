import { type Command, type EditorState, Plugin, PluginKey, TextSelection, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"

/** What becomes of a text as soon as its last character is typed. */
export interface PatternRule {
  /** Ends with `$`: matched against the text before the caret, with what is being typed. */
  readonly pattern: RegExp
  /** The change, given where the match lies as far as it is in the document yet; null when the rule does not apply after all. */
  readonly apply: (state: EditorState, match: RegExpExecArray, from: number, to: number) => Transaction | null
}

/** What a rule did, and what would have been typed without it. */
interface Applied {
  readonly transaction: Transaction
  readonly from: number
  readonly to: number
  readonly text: string
}

/** So far back a pattern can begin, in UTF-16 code units. */
const REACH = 500
const key = new PluginKey<Applied | null>("ligature-pattern-rules")

/** Applies the first rule that fits what is typed; not in the middle of a composition, and not where a schema says that code is. */
export function patternRules(rules: readonly PatternRule[]): Plugin {
  const apply = (view: EditorView, from: number, to: number, text: string): boolean => {
    const { state } = view
    const $from = state.doc.resolve(from)
    if (view.composing || $from.parent.type.spec.code === true) return false
    const { parent, parentOffset } = $from
    const before = parent.textBetween(Math.max(0, parentOffset - REACH), parentOffset, null, "\ufffc") + text
    for (const rule of rules) {
      const match = rule.pattern.exec(before)
      if (match === null || match[0].length < text.length) continue
      const transaction = rule.apply(state, match, from - match[0].length + text.length, to)
      if (transaction === null) continue
      view.dispatch(transaction.setMeta(key, { transaction, from, to, text } satisfies Applied))
      return true
    }
    return false
  }
  return new Plugin<Applied | null>({
    key,
    state: {
      init: () => null,
      apply(transaction, applied) {
        const news: Applied | undefined = transaction.getMeta(key)
        return news ?? (transaction.selectionSet || transaction.docChanged ? null : applied)
      },
    },
    props: {
      handleTextInput: apply,
      handleDOMEvents: {
        // The view takes the composed text in after this.
        compositionend(view) {
          setTimeout(() => {
            const { selection } = view.state
            const at = selection instanceof TextSelection ? selection.$cursor : null
            if (at !== null && !view.isDestroyed) apply(view, at.pos, at.pos, "")
          })
        },
      },
    },
  })
}

/** Right after a rule was applied: takes that back, so that what was typed stands there as it is. */
export const undoPatternRule: Command = (state, dispatch) => {
  const applied = key.getState(state)
  if (applied === null || applied === undefined) return false
  if (dispatch !== undefined) {
    const { transaction, from, to, text } = applied
    const { tr } = state
    transaction.steps.forEach((_, n) => {
      const last = transaction.steps.length - 1 - n
      const [step, doc] = [transaction.steps[last], transaction.docs[last]]
      if (step !== undefined && doc !== undefined) tr.step(step.invert(doc))
    })
    if (text === "") tr.delete(from, to)
    else tr.replaceWith(from, to, state.schema.text(text, tr.doc.resolve(from).marks()))
    dispatch(tr)
  }
  return true
}
