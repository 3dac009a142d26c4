import { Refused } from "../update-refusal.ts"

/**
 * Steps over one JSON value (RFC 8259) that must fill `from` to `to`, without making it. Accepts exactly what `JSON.parse`
 * does, up to a depth; refuses `__proto__` as a key, however it is spelled. The bytes are known to be UTF-8.
 */
export function checkJson(bytes: Uint8Array, from: number, to: number, maxDepth: number): void {
  const scanner = new Scanner(bytes, from, to, maxDepth)
  scanner.value(0)
  if (scanner.peek() !== END) throw scanner.invalid()
}

const END = -1
const QUOTE = 0x22
const BACKSLASH = 0x5c

class Scanner {
  readonly #bytes: Uint8Array
  readonly #to: number
  readonly #maxDepth: number
  #at: number

  constructor(bytes: Uint8Array, from: number, to: number, maxDepth: number) {
    this.#bytes = bytes
    this.#at = from
    this.#to = to
    this.#maxDepth = maxDepth
  }

  invalid(): Refused {
    return new Refused("invalid-value", `the value is no JSON at byte ${this.#at}`)
  }

  /** The next byte that is no white space. */
  peek(): number {
    for (;;) {
      const byte = this.#next()
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.#at++
    }
  }

  value(depth: number): void {
    const first = this.peek()
    switch (first) {
      case 0x7b: // {
        this.#object(depth + 1)
        return
      case 0x5b: // [
        this.#array(depth + 1)
        return
      case QUOTE:
        this.#string()
        return
      case 0x74:
        this.#word("true")
        return
      case 0x66:
        this.#word("false")
        return
      case 0x6e:
        this.#word("null")
        return
      default:
        this.#number()
    }
  }

  #next(): number {
    return this.#at < this.#to ? (this.#bytes[this.#at] ?? END) : END
  }

  #expect(byte: number): void {
    if (this.#next() !== byte) throw this.invalid()
    this.#at++
  }

  #enter(depth: number): void {
    if (depth > this.#maxDepth) throw new Refused("value-too-deep", `a value has more than ${this.#maxDepth} levels`)
    this.#at++
  }

  #object(depth: number): void {
    this.#enter(depth)
    if (this.peek() === 0x7d) {
      this.#at++
      return
    }
    for (;;) {
      if (this.peek() !== QUOTE) throw this.invalid()
      this.#key()
      if (this.peek() !== 0x3a) throw this.invalid()
      this.#at++
      this.value(depth)
      if (this.peek() === 0x7d) break
      this.#expect(0x2c)
    }
    this.#at++
  }

  #array(depth: number): void {
    this.#enter(depth)
    if (this.peek() === 0x5d) {
      this.#at++
      return
    }
    for (;;) {
      this.value(depth)
      if (this.peek() === 0x5d) break
      this.#expect(0x2c)
    }
    this.#at++
  }

  #key(): void {
    const from = this.#at
    const escaped = this.#string()
    if (isPrototypeName(this.#bytes, from + 1, this.#at - 1) || (escaped && this.#text(from) === "__proto__")) {
      throw new Refused("prototype-name", "a key is __proto__")
    }
  }

  /** A key with escapes, at most as long as `__proto__` with every character escaped. */
  #text(from: number): unknown {
    if (this.#at - from > 2 + 9 * 6) return undefined
    return JSON.parse(String.fromCharCode(...this.#bytes.subarray(from, this.#at)))
  }

  /** Steps over a string; true if it has escapes. */
  #string(): boolean {
    let escaped = false
    this.#at++
    for (;;) {
      const byte = this.#next()
      if (byte < 0x20) throw this.invalid()
      this.#at++
      if (byte === QUOTE) return escaped
      if (byte === BACKSLASH) {
        escaped = true
        this.#escape()
      }
    }
  }

  #escape(): void {
    const byte = this.#next()
    this.#at++
    if (byte === 0x75) {
      for (let i = 0; i < 4; i++) {
        if (!isHex(this.#next())) throw this.invalid()
        this.#at++
      }
    } else if (!ESCAPES.has(byte)) {
      throw this.invalid()
    }
  }

  #word(word: string): void {
    for (let i = 0; i < word.length; i++) this.#expect(word.charCodeAt(i))
  }

  #number(): void {
    if (this.#next() === 0x2d) this.#at++
    if (this.#next() === 0x30) this.#at++
    else this.#digits()
    if (this.#next() === 0x2e) {
      this.#at++
      this.#digits()
    }
    if ((this.#next() | 0x20) === 0x65) {
      this.#at++
      const sign = this.#next()
      if (sign === 0x2b || sign === 0x2d) this.#at++
      this.#digits()
    }
  }

  #digits(): void {
    if (!isDigit(this.#next())) throw this.invalid()
    while (isDigit(this.#next())) this.#at++
  }
}

/** Whether these bytes spell `__proto__`. */
export function isPrototypeName(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== PROTOTYPE_NAME.length) return false
  for (let i = 0; i < PROTOTYPE_NAME.length; i++) {
    if (bytes[from + i] !== PROTOTYPE_NAME[i]) return false
  }
  return true
}

const PROTOTYPE_NAME = new TextEncoder().encode("__proto__")
// " \ / b f n r t
const ESCAPES = new Set([0x22, 0x5c, 0x2f, 0x62, 0x66, 0x6e, 0x72, 0x74])

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}

function isHex(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)
}
