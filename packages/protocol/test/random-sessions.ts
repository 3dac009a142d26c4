import * as Y from "yjs"

/** A small, fast, seeded source of numbers (mulberry32), so that a failing seed can be run again. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end)
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(from: readonly [T, ...T[]]): T {
    return from[this.below(from.length)] ?? from[0]
  }
}

const WORDS = ["a", "word", "naïve ", "\n", "😀", "👩‍👩‍👧", "中文", "a longer run of text, with a comma "] as const

/** One random edit of a document with text, maps, arrays and XML, nested. It may happen to change nothing. */
function edit(doc: Y.Doc, random: Random): void {
  random.pick([editText, editText, editText, editMap, editArray, editXml, editXml])(doc, random)
}

function editText(doc: Y.Doc, random: Random): void {
  write(doc.getText(random.pick(["flow", "title"])), random)
}

function write(text: Y.Text, random: Random): void {
  const at = between(text, random.below(text.length + 1))
  const left = text.length - at
  const upTo = (most: number): number => between(text, at + 1 + random.below(Math.min(left, most))) - at
  const kind = random.below(10)
  if (kind < 5) text.insert(at, random.pick(WORDS), random.chance(0.1) ? { bold: true } : {})
  else if (kind < 7 && left > 0) text.delete(at, upTo(8))
  else if (kind === 7 && left > 0) {
    text.format(at, upTo(40), {
      [random.pick(["bold", "link"])]: random.pick<unknown>([true, null, { href: "https://a.b/ü" }]),
    })
  } else text.insertEmbed(at, random.pick([{ image: "😀.png" }, { block: { kind: "heading", level: 2 } }]))
}

/**
 * The next place between whole characters. Yjs replaces both halves of a character that it splits, but only the peers
 * that come to split it do, so nobody's editor may ask for that: documents differ afterwards.
 */
function between(text: Y.Text, at: number): number {
  const delta: readonly { readonly insert: unknown }[] = text.toDelta()
  const plain = delta.map(({ insert }) => (typeof insert === "string" ? insert : "\ufffc")).join("")
  const unit = plain.charCodeAt(at)
  return unit >= 0xdc00 && unit < 0xe000 ? at + 1 : at
}

function value(random: Random): unknown {
  return random.pick<unknown>([
    1,
    -5.5,
    "text",
    null,
    undefined,
    true,
    [1, [2, { deep: "er" }]],
    { a: { b: [] } },
    new Uint8Array([1, 2]),
    2 ** 40,
  ])
}

function editMap(doc: Y.Doc, random: Random): void {
  const map = doc.getMap("attrs")
  const key = random.pick(["one", "two", "three"])
  const inner = map.get(key)
  if (inner instanceof Y.Map && random.chance(0.6)) inner.set(random.pick(["x", "y"]), value(random))
  else if (inner instanceof Y.Text && random.chance(0.6)) write(inner, random)
  else if (random.chance(0.2)) map.delete(key)
  else map.set(key, random.pick<unknown>([value(random), new Y.Map([["x", 1]]), new Y.Text("new"), new Y.Array()]))
}

function editArray(doc: Y.Doc, random: Random): void {
  const array = doc.getArray("list")
  const at = random.below(array.length + 1)
  const inner = array.length > 0 ? array.get(random.below(array.length)) : null
  if (inner instanceof Y.Array && random.chance(0.5)) inner.push([value(random)])
  else if (array.length > at && random.chance(0.4)) array.delete(at, Math.min(array.length - at, 1 + random.below(3)))
  else if (random.chance(0.3)) array.insert(at, [new Y.Array(), new Y.Text("t"), new Y.XmlHook("hook")])
  else array.insert(at, [value(random), value(random), "s", 3])
}

function editXml(doc: Y.Doc, random: Random): void {
  let parent: Y.XmlFragment | Y.XmlElement = doc.getXmlFragment("prosemirror")
  for (let depth = random.below(4); depth > 0 && parent.length > 0; depth--) {
    const child: unknown = parent.get(random.below(parent.length))
    if (child instanceof Y.XmlText) {
      write(child, random)
      return
    }
    if (child instanceof Y.XmlElement) parent = child
  }
  if (parent instanceof Y.XmlElement && random.chance(0.3))
    parent.setAttribute(random.pick(["id", "kind"]), random.pick(WORDS))
  else if (parent.length > 0 && random.chance(0.3)) parent.delete(random.below(parent.length), 1)
  else {
    const element = new Y.XmlElement(random.pick(["paragraph", "heading"]))
    element.insert(0, [new Y.XmlText(random.pick(WORDS))])
    parent.insert(random.below(parent.length + 1), [random.chance(0.7) ? element : new Y.XmlText("x")])
  }
}

/** Several documents, edited and synced at random; `on` gets every update in the order in which it was made. */
export function randomSession(
  seed: number,
  o: {
    peers?: number
    edits?: number
    gc?: boolean
    undo?: boolean
    on?: (update: Uint8Array, peer: Y.Doc) => void
  } = {},
): Y.Doc[] {
  const random = new Random(seed)
  const docs = Array.from({ length: o.peers ?? 3 }, (_, i) => {
    const doc = new Y.Doc({ gc: o.gc ?? true })
    doc.clientID = random.chance(0.2) ? 2 ** 40 + i : 1000 + random.below(2 ** 31) * 2 + i
    return doc
  })
  const undos = docs.map(
    (doc) =>
      new Y.UndoManager([doc.getText("flow"), doc.getMap("attrs"), doc.getXmlFragment("prosemirror")], {
        captureTimeout: 0,
      }),
  )
  for (const doc of docs)
    doc.on("update", (update: Uint8Array, origin: unknown) => origin !== "sync" && o.on?.(update, doc))
  for (let i = o.edits ?? 40; i > 0; i--) {
    const p = random.below(docs.length)
    const doc = docs[p]
    const other = docs[random.below(docs.length)]
    if (!doc || !other) continue
    const kind = random.next()
    if (kind < 0.2 && doc !== other) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc)), "sync")
    else if (kind < 0.3 && o.undo) undos[p]?.[random.pick<"undo" | "redo">(["undo", "undo", "redo"])]()
    else if (kind < 0.4) doc.transact(() => [1, 2, 3].forEach(() => edit(doc, random)))
    else edit(doc, random)
  }
  for (const undo of undos) undo.destroy()
  return docs
}

/** Brings all of them to the same state. */
export function syncAll(docs: readonly Y.Doc[]): void {
  for (let round = 0; round < 3; round++) {
    for (const a of docs)
      for (const b of docs) if (a !== b) Y.applyUpdate(a, Y.encodeStateAsUpdate(b, Y.encodeStateVector(a)), "sync")
  }
}

/** What people see of a document, whatever its roots; equal for equal documents. */
export function contents(doc: Y.Doc): unknown {
  return {
    flow: doc.getText("flow").toDelta(),
    title: doc.getText("title").toDelta(),
    attrs: doc.getMap("attrs").toJSON(),
    list: doc.getArray("list").toJSON(),
    xml: doc.getXmlFragment("prosemirror").toJSON(),
  }
}
