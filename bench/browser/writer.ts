import { WebSocket } from "ws"
import { WebsocketProvider } from "y-websocket"
import * as Y from "yjs"
import { epochNow } from "./clock.ts"
import type { WrittenDocument } from "./stage.ts"

/** Somebody else who types, without a browser: the whole document in a stock client, and strokes put straight into Yjs, with a caret that follows. */
export class Writer {
  readonly letter: string
  /** When each stroke was made, epoch milliseconds. */
  readonly strokes: number[] = []
  readonly #doc = new Y.Doc()
  readonly #provider: WebsocketProvider
  #place: Y.RelativePosition | undefined

  private constructor(sync: string, document: WrittenDocument, letter: string) {
    this.letter = letter
    this.#provider = new WebsocketProvider(sync.replace(/\/$/, ""), document.name, this.#doc, {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ws has the platform's shape
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    })
    this.#provider.awareness.setLocalStateField("user", { name: "Somebody else", color: "#0f766e" })
  }

  /** @param share where in the document, from 0 to 1 */
  static async enter(sync: string, document: WrittenDocument, letter: string, share: number): Promise<Writer> {
    const writer = new Writer(sync, document, letter)
    await new Promise<void>((resolve) => writer.#provider.once("sync", () => resolve()))
    writer.#place = placeAt(writer.#doc, share)
    return writer
  }

  strike(): void {
    if (this.#place === undefined) throw new TypeError("the writer has no place yet")
    const place = Y.createAbsolutePositionFromRelativePosition(this.#place, this.#doc)
    if (place === null || !(place.type instanceof Y.Text)) throw new TypeError("the writer's place is gone")
    this.strokes.push(epochNow())
    place.type.insert(place.index, this.letter)
    const caret = caretBehind(place.type, place.index)
    this.#provider.awareness.setLocalStateField("cursor", { anchor: caret, head: caret })
  }

  leave(): void {
    this.#provider.destroy()
    this.#doc.destroy()
  }
}

/** The caret behind a letter, as the editors of its layout tell each other: in a flow by the letter's own id. */
function caretBehind(text: Y.Text, index: number): unknown {
  const flow: unknown = text.doc?.share.get("flow")
  if (flow !== text) {
    return Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index + 1))
  }
  const { item } = Y.createRelativePositionFromTypeIndex(text, index + 1, -1)
  if (item === null) throw new TypeError("the letter just written has no id")
  return { client: item.client, clock: item.clock, side: -1 }
}

/** A place between two letters, in whichever way an editor keeps its text: one text, or one in each element. */
function placeAt(doc: Y.Doc, share: number): Y.RelativePosition {
  const texts = [...doc.share.keys()].flatMap((name) => textsOf(typed(doc, name)))
  const length = texts.reduce((sum, text) => sum + text.length, 0)
  let left = Math.floor(length * share)
  for (const text of texts) {
    if (left < text.length) return Y.createRelativePositionFromTypeIndex(text, betweenLetters(text, left), 0)
    left -= text.length
  }
  throw new RangeError("the document has no text to write in")
}

/** The first index from `from` on that has letters on both sides: what is not a letter may start a block. */
function betweenLetters(text: Y.Text, from: number): number {
  let index = 0
  const delta: readonly { readonly insert: unknown }[] = text.toDelta()
  for (const { insert } of delta) {
    const length = typeof insert === "string" ? insert.length : 1
    if (typeof insert === "string" && index + length > from + 1 && length > 2) return Math.max(from, index + 1)
    index += length
  }
  return Math.floor(text.length / 2)
}

/** A root gets its type when somebody asks for it; what is in it tells which. */
function typed(doc: Y.Doc, name: string): Y.XmlFragment | Y.Text | null {
  const content = doc.share.get(name)?._start?.content
  if (content instanceof Y.ContentType) return doc.getXmlFragment(name)
  return content === undefined ? null : doc.getText(name)
}

function textsOf(type: unknown): Y.Text[] {
  if (type instanceof Y.Text) return [type]
  return type instanceof Y.XmlFragment ? type.toArray().flatMap(textsOf) : []
}
