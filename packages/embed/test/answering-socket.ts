import * as Y from "yjs"

/** A server of one document in the page itself, whose frames arrive when the test says so. */
export class AnsweringServer {
  /** What the others have written. */
  readonly doc: Y.Doc = new Y.Doc()
  /** The updates that reached it. */
  readonly received: Uint8Array[] = []
  readonly socketClass: new (url: string) => AnsweringSocket
  readonly #sockets: AnsweringSocket[] = []

  constructor() {
    const take = (socket: AnsweringSocket): void => void this.#sockets.push(socket)
    const answer = (socket: AnsweringSocket, frame: Uint8Array): void => this.#answer(socket, frame)
    this.socketClass = class extends AnsweringSocket {
      constructor(url: string) {
        super(url, answer)
        take(this)
      }
    }
    this.doc.on("update", (update: Uint8Array) => {
      for (const socket of this.#sockets) socket.deliver(frameOf(UPDATE, update))
    })
  }

  /** Somebody elsewhere types at the end of the first block, each letter an update and a frame of its own. */
  type(letters: string): void {
    const flow = this.doc.getText("flow")
    for (const letter of letters) flow.insert(flow.length, letter)
  }

  #answer(socket: AnsweringSocket, frame: Uint8Array): void {
    const [kind, step] = frame
    if (kind !== SYNC) return
    if (step === UPDATE || step === STEP2) this.received.push(frame)
    if (step !== STEP1) return
    socket.deliver(frameOf(STEP1, Y.encodeStateVector(new Y.Doc())))
    socket.deliver(frameOf(STEP2, Y.encodeStateAsUpdate(this.doc)))
  }
}

const SYNC = 0
const STEP1 = 0
const STEP2 = 1
const UPDATE = 2

class AnsweringSocket extends EventTarget {
  binaryType = "blob"
  readonly protocol = "ligature.v1"
  readonly url: string
  readonly #answer: (socket: AnsweringSocket, frame: Uint8Array) => void

  constructor(url: string, answer: (socket: AnsweringSocket, frame: Uint8Array) => void) {
    super()
    this.url = url
    this.#answer = answer
    queueMicrotask(() => this.dispatchEvent(new Event("open")))
  }

  deliver(frame: Uint8Array<ArrayBuffer>): void {
    this.dispatchEvent(new MessageEvent("message", { data: frame.buffer }))
  }

  send(frame: Uint8Array): void {
    this.#answer(this, frame)
  }

  close(): void {
    this.dispatchEvent(new Event("close"))
  }
}

/** A message of y-protocols/sync. */
function frameOf(step: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const length: number[] = []
  let rest = payload.length
  for (; rest > 127; rest = Math.floor(rest / 128)) length.push((rest % 128) + 128)
  return Uint8Array.of(SYNC, step, ...length, rest, ...payload)
}
