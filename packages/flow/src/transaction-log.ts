import { type EditorState, Plugin, PluginKey, type PluginView, type Transaction } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"

/** One transaction that changed the document, and the one before it. */
export interface LogEntry {
  readonly transaction: Transaction
  /** Cut off once everything before is written: a state must not hold on to all transactions that led to it. */
  previous: LogEntry | null
}

const logKey = new PluginKey<LogEntry | null>("flow")

/** Marks transactions that bring the view what the flow already has: they are not written back. */
export function markAsRead(transaction: Transaction): Transaction {
  return transaction.setMeta(logKey, true).setMeta("addToHistory", false)
}

export function isMarkedAsRead(transaction: Transaction): boolean {
  return transaction.getMeta(logKey) === true
}

/** The newest entry of a state's log; undefined when the plugin is not in that state. */
export function newestEntry(state: EditorState): LogEntry | null | undefined {
  return logKey.getState(state)
}

/** What the plugin in a state offers to commands; undefined when it is not there. */
export function logOf(state: EditorState): FlowPluginSpec | undefined {
  const spec = logKey.get(state)?.spec
  return spec !== undefined && isFlowSpec(spec) ? spec : undefined
}

interface FlowPluginSpec {
  readonly newBlockId: () => string
}

function isFlowSpec(spec: object): spec is FlowPluginSpec {
  return "newBlockId" in spec && typeof spec.newBlockId === "function"
}

/** A plugin that keeps the transactions of a state in order, so that they can be written once the state is the view's. */
export function transactionLog(
  view: (view: EditorView) => PluginView,
  compositionEnds: () => void,
  newBlockId: () => string,
): Plugin<LogEntry | null> {
  return new Plugin<LogEntry | null>({
    key: logKey,
    newBlockId,
    state: {
      init: () => null,
      apply: (transaction, newest) => (transaction.docChanged ? { transaction, previous: newest } : newest),
    },
    view,
    props: {
      handleDOMEvents: {
        compositionend: () => {
          compositionEnds()
          return false
        },
      },
    },
  })
}
