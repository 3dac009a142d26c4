import type { Fragment, Mark, Node } from "prosemirror-model"
import { sameValue } from "./formats.ts"
import { toFlowText } from "./grammar.ts"
import type { SchemaMap } from "./schema-map.ts"

/** "These units of the block get this value for this format"; undefined takes it away. */
export interface FormatEdit {
  readonly key: string
  readonly value: unknown
  readonly from: number
  to: number
}

/** Whether two contents have the same characters and inline nodes, as the flow stores them, marks aside. */
export function sameUnits(a: Fragment, b: Fragment, map: SchemaMap): boolean {
  if (a.size !== b.size) return false
  const left = unitsOf(a)
  const right = unitsOf(b)
  if (left.text !== right.text || left.atoms.length !== right.atoms.length) return false
  return left.atoms.every((node, i) => {
    const other = right.atoms[i]
    return other !== undefined && map.sameAtom(node, other)
  })
}

/** What has to be formatted in a block that holds `stored` so that it shows as `wanted`; both have the same units. */
export function formatEdits(stored: Fragment, wanted: Fragment, map: SchemaMap): FormatEdit[] {
  const edits: FormatEdit[] = []
  const open = new Map<string, FormatEdit>()
  const ends = runs(stored)
  const wantedRuns = runs(wanted)
  let at = 0
  for (let i = 0, j = 0; i < ends.length && j < wantedRuns.length;) {
    const a = ends[i]
    const b = wantedRuns[j]
    if (a === undefined || b === undefined) break
    const end = Math.min(a.end, b.end)
    const is = map.formatsOf(a.marks)
    const shall = map.formatsOf(b.marks)
    for (const key of new Set([...is.keys(), ...shall.keys()])) {
      const value = shall.get(key)
      if (sameValue(is.get(key), value)) continue
      const last = open.get(key)
      if (last !== undefined && last.to === at && sameValue(last.value, value)) last.to = end
      else {
        const edit = { key, value, from: at, to: end }
        edits.push(edit)
        open.set(key, edit)
      }
    }
    at = end
    if (a.end === end) i++
    if (b.end === end) j++
  }
  return edits
}

function runs(content: Fragment): { end: number; marks: readonly Mark[] }[] {
  const found: { end: number; marks: readonly Mark[] }[] = []
  let end = 0
  content.forEach((node) => {
    end += node.nodeSize
    found.push({ end, marks: node.marks })
  })
  return found
}

function unitsOf(content: Fragment): { text: string; atoms: Node[] } {
  let text = ""
  const atoms: Node[] = []
  content.forEach((node) => {
    if (node.isText) text += node.text ?? ""
    else {
      text += "\uFFFC"
      atoms.push(node)
    }
  })
  return { text: toFlowText(text), atoms }
}
