import * as Y from "yjs"
import { alwaysEditable, type ReadOnlySignal } from "./read-only-signal.ts"

/** The root that holds a document's title. */
export const TITLE = "title"

/**
 * Keeps an input and the document's title equal, change by change, so that two people may write in it. Undo in it undoes only one's
 * own work. Line breaks become spaces. Returns what ends it.
 */
export function bindTitle(
  input: HTMLInputElement | HTMLTextAreaElement,
  doc: Y.Doc,
  readOnly: ReadOnlySignal = alwaysEditable,
): () => void {
  const title = doc.getText(TITLE)
  const origin = {}
  const undoManager = new Y.UndoManager(title, { trackedOrigins: new Set([origin]) })
  /** The title as the input shows it; differs from the shared one only while a composition is under way. */
  let shown = ""
  let isComposing = false

  const show = (): void => {
    const text = title.toJSON()
    if (isComposing || text === input.value) return
    const change = difference(input.value, text, null)
    const selection = [input.selectionStart ?? 0, input.selectionEnd ?? 0].map((at) => moved(at, change))
    input.value = text
    shown = text
    if (input.ownerDocument.activeElement === input) input.setSelectionRange(selection[0] ?? 0, selection[1] ?? 0)
  }
  const onInput = (): void => {
    if (isComposing || readOnly.current) return
    const text = input.value.replaceAll(/[\r\n]+/g, " ")
    if (text !== input.value) {
      const at = input.selectionStart
      input.value = text
      input.setSelectionRange(at, at)
    }
    const change = difference(shown, text, input.selectionStart)
    // What others wrote during a composition is in the title, but not yet in the input.
    const others = difference(shown, title.toJSON(), null)
    const from = moved(change.at, others)
    const to = Math.max(from, moved(change.at + change.removed, others))
    shown = text
    doc.transact(() => {
      if (to > from) title.delete(from, to - from)
      if (change.inserted !== "") title.insert(from, change.inserted)
    }, origin)
    show()
  }
  const onKey = (event: Event): void => {
    if (!(event instanceof KeyboardEvent) || !(event.ctrlKey || event.metaKey) || event.altKey) return
    const key = event.key.toLowerCase()
    if (key !== "z" && key !== "y") return
    event.preventDefault()
    if (readOnly.current) return
    if (key === "y" || event.shiftKey) undoManager.redo()
    else undoManager.undo()
  }
  const onCompositionStart = (): void => {
    isComposing = true
  }
  const onCompositionEnd = (): void => {
    isComposing = false
    onInput()
  }
  const showEditability = (): void => {
    input.readOnly = readOnly.current
  }

  const listeners: [string, (event: Event) => void][] = [
    ["input", onInput],
    ["keydown", onKey],
    ["compositionstart", onCompositionStart],
    ["compositionend", onCompositionEnd],
  ]
  for (const [name, listener] of listeners) input.addEventListener(name, listener)
  title.observe(show)
  const stopReadOnly = readOnly.onChange(showEditability)
  showEditability()
  shown = input.value
  show()
  return () => {
    for (const [name, listener] of listeners) input.removeEventListener(name, listener)
    title.unobserve(show)
    stopReadOnly()
    undoManager.destroy()
  }
}

interface Change {
  readonly at: number
  readonly removed: number
  readonly inserted: string
}

/**
 * The one replacement that leads from one text to the other, never inside a surrogate pair. Where several would do ("aa" to "aaa"),
 * the one that ends at the caret.
 */
function difference(before: string, after: string, caret: number | null): Change {
  const tail = caret === null ? Infinity : after.length - caret
  let end = 0
  const shorter = Math.min(before.length, after.length)
  while (end < Math.min(shorter, tail) && before.at(-1 - end) === after.at(-1 - end)) end += 1
  let at = 0
  while (at < shorter - end && before[at] === after[at]) at += 1
  while (end < shorter - at && before.at(-1 - end) === after.at(-1 - end)) end += 1
  if (isHighSurrogate(before.charCodeAt(at - 1)) || isHighSurrogate(after.charCodeAt(at - 1))) at -= 1
  if (isLowSurrogate(before.charCodeAt(before.length - end)) || isLowSurrogate(after.charCodeAt(after.length - end)))
    end -= 1
  return { at, removed: before.length - end - at, inserted: after.slice(at, after.length - end) }
}

function moved(position: number, { at, removed, inserted }: Change): number {
  if (position <= at) return position
  return position >= at + removed ? position - removed + inserted.length : at + inserted.length
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd8_00 && unit <= 0xdb_ff
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc_00 && unit <= 0xdf_ff
}
