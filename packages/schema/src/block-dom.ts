import { isElement } from "./is-element.ts"
import type { DOMOutputSpec, Node as BlockNode, TagParseRule } from "prosemirror-model"
import { type BlockAttributes, blockAttributes, clampIndent, cleanLanguage, cleanRestart, MAX_INDENT } from "./block.ts"

/**
 * How the editable view draws a block: the tag says its kind, data attributes say the rest, and the style sheet turns equal
 * neighbours into lists and quotes. Clean nested HTML for other programs is `html-serializer.ts`.
 */
export function blockToDOM(block: Pick<BlockNode, "attrs">): DOMOutputSpec {
  const attributes = blockAttributes(block)
  const dom = dataAttributes(attributes)
  switch (attributes.kind) {
    case "heading":
      return [`h${attributes.level ?? 1}`, dom, ...content(attributes)]
    case "code":
      return ["pre", { ...dom, spellcheck: "false" }, ["code", 0]]
    case "rule":
      // Text that others typed into it stays visible, under the line.
      return ["div", dom, ["hr", { contenteditable: "false" }], ["p", 0]]
    case "paragraph":
      return ["p", dom, ...content(attributes)]
    default:
      return ["div", { ...dom, "data-unsupported": attributes.kind, title: attributes.kind }, 0]
  }
}

/** The rules that read the view's own drawing back. */
export const blockParseRules: readonly TagParseRule[] = [
  {
    tag: "pre",
    contentElement: codeContent,
    preserveWhitespace: "full",
    getAttrs: (dom) => ({ ...fromDataAttributes(dom), kind: "code" }),
  },
  ...([1, 2, 3] as const).map((level) => ({
    tag: `h${level}`,
    contentElement: taskContent,
    getAttrs: (dom: HTMLElement) => ({ ...fromDataAttributes(dom), kind: "heading", level }),
  })),
  { tag: "h4, h5, h6", getAttrs: (dom) => ({ ...fromDataAttributes(dom), kind: "heading", level: 3 }) },
  {
    tag: "div[data-kind=rule]",
    contentElement: "p",
    getAttrs: (dom) => ({ ...fromDataAttributes(dom), kind: "rule" }),
  },
  { tag: "hr", getAttrs: () => ({ kind: "rule" }) },
  {
    tag: "div[data-kind]",
    getAttrs: (dom) => ({ ...fromDataAttributes(dom), kind: dom.dataset["kind"] ?? "paragraph" }),
  },
  { tag: "p", contentElement: taskContent, getAttrs: fromDataAttributes },
]

function content(attributes: BlockAttributes): (DOMOutputSpec | 0)[] {
  if (attributes.list !== "task") return [0]
  const checkbox: Record<string, string> = { type: "checkbox", tabindex: "-1" }
  if (attributes.checked) checkbox["checked"] = ""
  return [
    ["label", { class: "ligature-task", contenteditable: "false" }, ["input", checkbox]],
    ["span", { class: "ligature-task-text" }, 0],
  ]
}

function codeContent(dom: Node): HTMLElement {
  if (!isElement(dom)) throw new TypeError("a block is drawn as an element")
  return dom.querySelector<HTMLElement>(":scope > code") ?? dom
}

/** A task item's text stands beside its checkbox, in an element of its own. */
function taskContent(dom: Node): HTMLElement {
  if (!isElement(dom)) throw new TypeError("a block is drawn as an element")
  return dom.querySelector<HTMLElement>(":scope > .ligature-task-text") ?? dom
}

function dataAttributes(attributes: BlockAttributes): Record<string, string> {
  // Each block is written in the direction of its own words.
  const dom: Record<string, string> = { "data-kind": attributes.kind, dir: attributes.kind === "code" ? "ltr" : "auto" }
  if (attributes.list !== null) dom["data-list"] = attributes.list
  if (attributes.indent > 0) dom["data-indent"] = String(attributes.indent)
  if (attributes.list === "task") dom["data-checked"] = String(attributes.checked)
  if (attributes.quote) dom["data-quote"] = ""
  if (attributes.language !== null) dom["data-language"] = attributes.language
  if (attributes.list === "ordered" && attributes.restart !== null) {
    dom["data-restart"] = String(attributes.restart)
    // The style sheet counts with one counter for each level; a number of its own can only be said here.
    dom["style"] =
      `counter-set: ligature-${attributes.indent} ${attributes.restart}${deeperCounters(attributes.indent)}`
  }
  return dom
}

/** Like every item, it starts the levels below it afresh; an inline style replaces what the style sheet says. */
function deeperCounters(indent: number): string {
  let counters = ""
  for (let level = indent + 1; level <= MAX_INDENT; level++) counters += ` ligature-${level} 0`
  return counters
}

function fromDataAttributes(dom: HTMLElement): Partial<BlockAttributes> {
  const { list, indent, checked, quote, language, restart } = dom.dataset
  return {
    list: list === "bullet" || list === "ordered" || list === "task" ? list : null,
    indent: clampIndent(Number(indent ?? 0)),
    checked: checked === "true",
    quote: quote !== undefined,
    language: cleanLanguage(language),
    restart: restart === undefined ? null : cleanRestart(Number(restart)),
  }
}
