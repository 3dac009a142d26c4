import { once } from "node:events"
import { connect, type Socket } from "node:net"

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameParts {
  readonly opcode: number
  readonly payload?: Uint8Array | string
  readonly fin?: boolean
  /** The three reserved bits, as a number from 0 to 7. */
  readonly reserved?: number
  readonly masked?: boolean
  /** What the length field says, and in how many bytes, where that is not the truth. */
  readonly length?: { readonly field: 7 | 16 | 64; readonly value: bigint }
}

/** A WebSocket frame as no library would write it (RFC 6455, 5.2). */
export function frame(o: FrameParts): Buffer {
  const payload = Buffer.from(o.payload ?? "")
  const { field, value } = o.length ?? lengthOf(payload)
  const masked = o.masked ?? true
  const head = Buffer.alloc(field === 7 ? 2 : field === 16 ? 4 : 10)
  head[0] = (o.fin === false ? 0 : 0x80) | ((o.reserved ?? 0) << 4) | o.opcode
  head[1] = (masked ? 0x80 : 0) | (field === 7 ? Number(value) : field === 16 ? 126 : 127)
  if (field === 16) head.writeUInt16BE(Number(value), 2)
  if (field === 64) head.writeBigUInt64BE(value, 2)
  if (!masked) return Buffer.concat([head, payload])
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))])
}

export function closeFrame(code: number, reason: Uint8Array | string = ""): Buffer {
  return frame({
    opcode: OPCODE.close,
    payload: Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]),
  })
}

function lengthOf({ length }: Buffer): NonNullable<FrameParts["length"]> {
  return { field: length < 126 ? 7 : length < 65_536 ? 16 : 64, value: BigInt(length) }
}

export interface ReceivedFrame {
  readonly opcode: number
  readonly payload: Buffer
}

/** A WebSocket by hand: it sends the bytes that it is told to, and reads frames. */
export class RawSocket implements Disposable {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  readonly #frames: ReceivedFrame[] = []
  #hasEnded = false
  readonly #waiting = new Set<() => void>()

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** Resolves when the handshake is done. */
  static async open(port: number, path: string): Promise<RawSocket> {
    const socket = connect(port, "127.0.0.1")
    await once(socket, "connect")
    socket.setNoDelay(true)
    const raw = new RawSocket(socket)
    const handshake = new Promise<void>((resolve, reject) => {
      let head = Buffer.alloc(0)
      const read = (chunk: Buffer): void => {
        head = Buffer.concat([head, chunk])
        const end = head.indexOf("\r\n\r\n")
        if (end < 0) return
        socket.off("data", read)
        if (!head.toString("latin1").startsWith("HTTP/1.1 101")) return reject(new Error(head.toString("latin1")))
        raw.#read(head.subarray(end + 4))
        socket.on("data", (more: Buffer) => raw.#read(more))
        return resolve()
      }
      socket.on("data", read)
    })
    socket.on("error", () => {})
    socket.on("close", () => {
      raw.#hasEnded = true
      raw.#look()
    })
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString("base64")}\r\n\r\n`,
    )
    await handshake
    return raw
  }

  send(...bytes: readonly Uint8Array[]): void {
    this.#socket.write(Buffer.concat(bytes))
  }

  /** Each piece goes into a segment of its own, as far as that can be had. */
  async sendInPieces(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      await new Promise<void>((resolve) => this.#socket.write(piece, () => setImmediate(resolve)))
    }
  }

  /** Says at the level of TCP that nothing more comes. */
  end(): void {
    this.#socket.end()
  }

  pause(): void {
    this.#socket.pause()
  }

  /** The next frame for which `is` holds; null if the connection ends before. Others are kept. */
  async next(is: (frame: ReceivedFrame) => boolean): Promise<ReceivedFrame | null> {
    return new Promise((resolve) => {
      const look = (): void => {
        const at = this.#frames.findIndex(is)
        if (at < 0 && !this.#hasEnded) return
        this.#waiting.delete(look)
        resolve(at < 0 ? null : (this.#frames.splice(at, 1)[0] ?? null))
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** The code that the server closes with; 1005 for a close without one, null if the connection ends without a close. */
  async closeCode(): Promise<number | null> {
    const close = await this.next(({ opcode }) => opcode === OPCODE.close)
    if (close === null) return null
    return close.payload.length < 2 ? 1005 : close.payload.readUInt16BE()
  }

  async pong(): Promise<string | null> {
    return (await this.next(({ opcode }) => opcode === OPCODE.pong))?.payload.toString("latin1") ?? null
  }

  [Symbol.dispose](): void {
    this.#socket.destroy()
  }

  #read(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const [first, second] = this.#received
      if (first === undefined || second === undefined) break
      const short = second & 127
      const header = short === 127 ? 10 : short === 126 ? 4 : 2
      if (this.#received.length < header) break
      const length =
        short === 127
          ? Number(this.#received.readBigUInt64BE(2))
          : short === 126
            ? this.#received.readUInt16BE(2)
            : short
      if (this.#received.length < header + length) break
      this.#frames.push({ opcode: first & 15, payload: this.#received.subarray(header, header + length) })
      this.#received = this.#received.subarray(header + length)
    }
    this.#look()
  }

  #look(): void {
    for (const look of this.#waiting) look()
  }
}
