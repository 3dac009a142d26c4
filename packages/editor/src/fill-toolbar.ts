import { AfterPaint } from "./after-paint.ts"
import type { CommandName } from "./commands.ts"
import type { LigatureEditor } from "./create-editor.ts"
import { iconOf } from "./icons.ts"

const GROUPS: readonly (readonly CommandName[])[] = [
  ["undo", "redo"],
  ["paragraph", "heading1", "heading2", "heading3"],
  ["bold", "italic", "underline", "strike", "code", "link"],
  ["bulletList", "orderedList", "taskList", "outdent", "indent"],
  ["quote", "codeBlock", "rule", "table"],
]

/**
 * Puts buttons for the formats and kinds of the editor's document into a toolbar, and returns what takes their hands off the editor. One of them is in the Tab order, arrow keys move between them (WAI-ARIA
 * toolbar pattern); pressed and disabled follow the selection.
 */
export function fillToolbar(element: HTMLElement, editor: LigatureEditor): () => void {
  const document = editor.view.dom.ownerDocument
  const isMac = /Mac|iP(hone|ad|od)/.test(document.defaultView?.navigator.platform ?? "")

  const buttons = new Map<HTMLButtonElement, CommandName>()
  for (const names of GROUPS) {
    const group = document.createElement("div")
    group.className = "ligature-toolbar-group"
    group.setAttribute("role", "group")
    for (const name of names) {
      const button = makeButton(name, editor, isMac)
      buttons.set(button, name)
      group.append(button)
    }
    element.append(group)
  }
  const visible = (): HTMLButtonElement[] => [...buttons.keys()].filter((button) => !button.hidden)
  const makeTabStop = (button: HTMLButtonElement | undefined): void => {
    for (const other of buttons.keys()) other.tabIndex = other === button ? 0 : -1
  }

  element.addEventListener("keydown", (event) => {
    const all = visible()
    const at = all.findIndex((button) => button === document.activeElement)
    const isRightToLeft = document.defaultView?.getComputedStyle(element).direction === "rtl"
    const step = { ArrowRight: isRightToLeft ? -1 : 1, ArrowLeft: isRightToLeft ? 1 : -1 }[event.key]
    let to: HTMLButtonElement | undefined
    if (step !== undefined) to = all[(at + step + all.length) % all.length]
    else if (event.key === "Home") to = all[0]
    else if (event.key === "End") to = all.at(-1)
    else if (event.key === "Escape") editor.focus()
    if (to === undefined) return
    event.preventDefault()
    makeTabStop(to)
    to.focus()
  })
  element.addEventListener("focusin", ({ target }) => {
    for (const button of buttons.keys()) if (button === target) makeTabStop(button)
  })
  // A click must not take the focus, and with it the selection, from the text.
  element.addEventListener("mousedown", (event) => event.preventDefault())
  element.addEventListener("click", ({ target, detail }) => {
    const button = target instanceof Element ? target.closest("button") : null
    const name = button === null ? undefined : buttons.get(button)
    if (name === undefined || button?.getAttribute("aria-disabled") === "true") return
    const isByPointer = detail > 0
    editor.run(name)
    if (isByPointer && !element.ownerDocument.activeElement?.closest(".ligature-link")) editor.focus()
  })

  const refresh = (): void => {
    const { state } = editor.view
    for (const [button, name] of buttons) {
      const command = editor.commands[name]
      const isHidden = !command.exists(state)
      if (button.hidden !== isHidden) button.hidden = isHidden
      const isActive = command.isActive?.(state)
      if (isActive !== undefined) setAttribute(button, "aria-pressed", String(isActive))
      setAttribute(button, "aria-disabled", String(!editor.isEditable || !command.run(state)))
    }
    const all = visible()
    if (!all.some((button) => button.tabIndex === 0)) makeTabStop(all[0])
  }
  refresh()
  // What a selection of everything allows takes a walk through everything: once a frame is enough.
  const soon = new AfterPaint(document, () => {
    if (!editor.view.isDestroyed) refresh()
  })
  const stop = editor.onUpdate(soon.schedule)
  return () => {
    stop()
    soon.cancel()
  }
}

function makeButton(name: CommandName, editor: LigatureEditor, isMac: boolean): HTMLButtonElement {
  const document = editor.view.dom.ownerDocument
  const button = document.createElement("button")
  const label = editor.strings[name]
  const { keys } = editor.commands[name]
  button.type = "button"
  button.tabIndex = -1
  button.dataset["command"] = name
  const icon = iconOf(name, document)
  const letters = icon.textContent ?? ""
  // Who speaks to the computer says what can be read on the button.
  button.setAttribute("aria-label", letters.length < 2 || label.includes(letters) ? label : `${label}, ${letters}`)
  if (keys === null) button.title = label
  else {
    button.title = `${label} (${isMac ? keys.replace("Mod", "⌘").replace("Alt", "⌥").replace("Shift", "⇧").replaceAll("+", "") : keys.replace("Mod", "Ctrl")})`
    button.setAttribute("aria-keyshortcuts", keys.replace("Mod", isMac ? "Meta" : "Control"))
  }
  button.append(icon)
  return button
}

/** Writes only what differs: the browser restyles on every write. */
function setAttribute(element: Element, name: string, value: string): void {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}
