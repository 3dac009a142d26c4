import type { Limits } from "../limits.ts"
import { Refused } from "../update-refusal.ts"
import type { ByteReader } from "./byte-reader.ts"
import { checkJson, isPrototypeName } from "./json.ts"
import { utf16Length } from "./utf8.ts"

/** The kinds of structs, by Yjs's numbers. Those from 1 to 9 are items, named by their content. */
export const KIND = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  document: 9,
  skip: 10,
} as const

/** Steps over the content of an item and returns how many clocks it takes. */
export function checkContent(reader: ByteReader, kind: number, limits: Limits): number {
  switch (kind) {
    case KIND.deleted:
      return reader.uint()
    case KIND.json:
      return jsonRun(reader, limits)
    case KIND.binary:
      reader.skip(reader.uint())
      return 1
    case KIND.string:
      return text(reader)
    case KIND.embed:
      json(reader, limits)
      return 1
    case KIND.format:
      checkName(reader, limits)
      json(reader, limits)
      return 1
    case KIND.type:
      type(reader, limits)
      return 1
    case KIND.any:
      return anyRun(reader, limits)
    case KIND.document:
      throw new Refused("subdocument", "it holds a document inside the document")
    default:
      throw new Refused("unknown-kind", `there is no struct of kind ${kind}`)
  }
}

/** Steps over a root name, key, attribute or node name, and says where it starts (it ends at the reader's place). */
export function checkName(reader: ByteReader, limits: Limits): number {
  const length = reader.uint()
  if (length > limits.nameBytes) {
    throw new Refused("name-too-long", `a name has ${length} bytes, ${limits.nameBytes} are allowed`)
  }
  const from = reader.at
  reader.skip(length)
  utf16Length(reader.bytes, from, reader.at)
  if (isPrototypeName(reader.bytes, from, reader.at)) throw new Refused("prototype-name", "a name is __proto__")
  return from
}

/** Steps over one value of lib0's `writeAny`. */
export function checkAny(reader: ByteReader, limits: Limits, depth = 0): void {
  const tag = reader.byte()
  switch (tag) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125:
      reader.skipInt()
      return
    case 124: // float32
      reader.skip(4)
      return
    case 123: // float64
      reader.skip(8)
      return
    case 122:
      throw new Refused("bigint", "a value is a BigInt")
    case 119:
      text(reader)
      return
    case 118: // object
      tooDeep(depth, limits)
      for (let left = reader.count(2); left > 0; left--) {
        const length = reader.uint()
        const from = reader.at
        reader.skip(length)
        utf16Length(reader.bytes, from, reader.at)
        if (isPrototypeName(reader.bytes, from, reader.at)) throw new Refused("prototype-name", "a key is __proto__")
        checkAny(reader, limits, depth + 1)
      }
      return
    case 117: // array
      tooDeep(depth, limits)
      for (let left = reader.count(1); left > 0; left--) checkAny(reader, limits, depth + 1)
      return
    case 116: // bytes
      reader.skip(reader.uint())
      return
    default:
      throw new Refused("invalid-value", `there is no value of tag ${tag}`)
  }
}

function tooDeep(depth: number, limits: Limits): void {
  if (depth >= limits.valueDepth) {
    throw new Refused("value-too-deep", `a value has more than ${limits.valueDepth} levels`)
  }
}

function text(reader: ByteReader): number {
  const length = reader.uint()
  const from = reader.at
  reader.skip(length)
  return utf16Length(reader.bytes, from, reader.at)
}

function json(reader: ByteReader, limits: Limits): void {
  const length = reader.uint()
  const from = reader.at
  reader.skip(length)
  utf16Length(reader.bytes, from, reader.at)
  checkJson(reader.bytes, from, reader.at, limits.valueDepth)
}

function jsonRun(reader: ByteReader, limits: Limits): number {
  const count = reader.count(1)
  for (let left = count; left > 0; left--) {
    if (isUndefined(reader)) reader.skip(UNDEFINED.length)
    else json(reader, limits)
  }
  return count
}

function anyRun(reader: ByteReader, limits: Limits): number {
  const count = reader.count(1)
  for (let left = count; left > 0; left--) checkAny(reader, limits)
  return count
}

// ContentJSON alone writes the word for a value that JSON does not have.
const UNDEFINED = new Uint8Array([9, ...new TextEncoder().encode("undefined")])

function isUndefined(reader: ByteReader): boolean {
  return UNDEFINED.every((byte, i) => reader.bytes[reader.at + i] === byte)
}

// YArray, YMap, YText, YXmlElement (named), YXmlFragment, YXmlHook (named), YXmlText
const TYPES = 7
const NAMED_TYPES = new Set([3, 5])

function type(reader: ByteReader, limits: Limits): void {
  const kind = reader.uint()
  if (kind >= TYPES) throw new Refused("unknown-kind", `there is no type of kind ${kind}`)
  if (NAMED_TYPES.has(kind)) checkName(reader, limits)
}
