import { foreignMarkName } from "@ligature/schema"
import * as Y from "yjs"

/** Nesting deeper than this is no document but an attack on the stack. The deepest lists people make are about 20 elements deep. */
export const MAX_DEPTH = 64

/** More names than any editor has; a schema costs more with each. */
const MAX_FACTS = 2000

/** Which names a shared XML fragment uses, and how: what a schema needs to hold all of it. Facts are only ever added. */
export class XmlSurvey {
  readonly elements: Map<string, ElementFacts> = new Map()
  readonly marks: Map<string, MarkFacts> = new Map()
  readonly rootChildren: Set<string> = new Set()
  /** Why no schema can hold it without loss, or null. */
  problem: string | null = null
  #facts = 0

  /** How many facts are known: grows exactly when something new was seen. */
  get size(): number {
    return this.#facts
  }

  /** Looks at a type and below, leaving out the children that `isKnown` (they were looked at before and have not changed). */
  look(type: Y.XmlFragment | Y.XmlElement | Y.XmlText, isKnown: IsKnown): void {
    const depth = depthOf(type)
    if (type instanceof Y.XmlText) this.#lookAtText(type)
    else if (type instanceof Y.XmlElement) this.#lookAtElement(type, isKnown, depth)
    else this.#lookAtChildren(type, this.rootChildren, isKnown, depth)
  }

  #lookAtElement(element: Y.XmlElement, isKnown: IsKnown, depth: number): void {
    if (depth > MAX_DEPTH || this.#facts > MAX_FACTS) {
      this.#fail("deeper nesting, or more names, than any document has")
      return
    }
    const facts = this.#element(element.nodeName)
    for (const name of Object.keys(attributesOf(element))) this.#add(facts.attributes, this.#name(name))
    if (element.length === 0 && !facts.wasEmpty) {
      facts.wasEmpty = true
      this.#facts += 1
    }
    this.#lookAtChildren(element, facts.children, isKnown, depth, facts)
  }

  #lookAtChildren(
    parent: Y.XmlFragment,
    children: Set<string>,
    isKnown: IsKnown,
    depth: number,
    facts?: ElementFacts,
  ): void {
    for (const child of parent.toArray()) {
      if (child instanceof Y.XmlText) {
        if (facts === undefined) this.#fail("text outside of any block")
        else if (!facts.hasText) {
          facts.hasText = true
          this.#facts += 1
        }
        if (!isKnown(child)) this.#lookAtText(child)
      } else if (child instanceof Y.XmlElement) {
        this.#add(children, this.#name(child.nodeName))
        if (!isKnown(child)) this.#lookAtElement(child, isKnown, depth + 1)
      } else {
        this.#fail("a shared type that is neither text nor element")
      }
    }
  }

  #lookAtText(text: Y.XmlText): void {
    const runs: TextRun[] = text.toDelta()
    for (const run of runs) {
      if (typeof run.insert !== "string") this.#fail("an object inside text")
      for (const [key, value] of Object.entries(run.attributes ?? {})) this.#lookAtMark(key, value)
    }
  }

  #lookAtMark(key: string, value: unknown): void {
    // A format whose value is no object would be written back as an object, which others may not understand.
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#fail("a format without attributes of its own")
      return
    }
    const name = foreignMarkName(key)
    let facts = this.marks.get(this.#name(name))
    if (facts === undefined) {
      facts = { attributes: new Set(), overlapping: false }
      this.marks.set(name, facts)
      this.#facts += 1
    }
    if (name !== key && !facts.overlapping) {
      facts.overlapping = true
      this.#facts += 1
    }
    for (const attribute of Object.keys(value)) this.#add(facts.attributes, this.#name(attribute))
  }

  #element(name: string): ElementFacts {
    let facts = this.elements.get(name)
    if (facts === undefined) {
      facts = { attributes: new Set(), children: new Set(), hasText: false, wasEmpty: false }
      this.elements.set(this.#name(name), facts)
      this.#facts += 1
    }
    return facts
  }

  #add(set: Set<string>, value: string): void {
    if (set.has(value)) return
    set.add(value)
    this.#facts += 1
  }

  #name(name: string): string {
    if (name === "__proto__" || name === "" || name === "text" || name === "doc") this.#fail(`the name "${name}"`)
    return name
  }

  #fail(problem: string): void {
    if (this.problem !== null) return
    this.problem = problem
    this.#facts += 1
  }
}

/** Whether a type was looked at before and has not changed. */
type IsKnown = (type: Y.XmlElement | Y.XmlText) => boolean

function depthOf(type: Y.XmlFragment | Y.XmlText): number {
  let depth = 0
  for (let parent = type.parent; parent !== null && depth <= MAX_DEPTH; parent = parent.parent) depth += 1
  return depth
}

/** A stretch of text with equal formats, as Yjs reports it; formats and objects in the text are whatever others put there. */
export interface TextRun {
  readonly insert: unknown
  readonly attributes?: Readonly<Record<string, unknown>>
}

export interface ElementFacts {
  readonly attributes: Set<string>
  /** Names of the elements seen directly inside. */
  readonly children: Set<string>
  hasText: boolean
  wasEmpty: boolean
}

export interface MarkFacts {
  readonly attributes: Set<string>
  /** Seen with a hash behind its name, which says that several may lie on one text. */
  overlapping: boolean
}

/** Yjs declares them as strings, but any JSON may be there. */
export function attributesOf(element: Y.XmlElement): Record<string, unknown> {
  return element.getAttributes()
}
