import type { SeededRandom } from "@ligature/testing"

/** What an attacker can know of a document: who has written, and how far. */
export interface Known {
  readonly clients: readonly { readonly client: number; readonly clock: number }[]
}

/**
 * Frames that are almost right: built by the grammar of Yjs updates, awareness and messages, with references to what is there, and a
 * few faults. Random bytes are refused at once and find nothing; these come as far as the last rule.
 */
export class HostileFrames {
  readonly #random: SeededRandom
  readonly #own: number
  #clock = 0
  /** How likely each single choice goes wrong; drawn anew for each frame. */
  #fault = 0

  /** @param own the attacker's clientID */
  constructor(random: SeededRandom, own: number) {
    this.#random = random
    this.#own = own
  }

  next(known: Known): Uint8Array {
    const random = this.#random
    // What was refused does not count: the next struct has to follow on what is there.
    this.#clock = known.clients.find(({ client }) => client === this.#own)?.clock ?? 0
    this.#fault = random.pick([0, 0, 0, 0.01, 0.02, 0.05, 0.2])
    let frame = this.#message(known)
    if (random.chance(0.08)) frame = this.#cutOrBent(frame)
    return Uint8Array.from(frame)
  }

  #message(known: Known): number[] {
    const random = this.#random
    const kind = random.integer(20)
    if (kind < 10) return [0, 2, ...this.#sized(this.#update(known))]
    if (kind < 13) return [0, 1, ...this.#sized(this.#update(known))]
    if (kind < 14) return [0, 0, ...this.#sized(this.#stateVector(known))]
    if (kind < 18) return [1, ...this.#sized(this.#awareness(known))]
    if (kind < 19) return random.pick([[3], [66, ...this.#text("token")], [2, 0, ...this.#text("no")], [67, 0]])
    return [...this.#number(random.between(68, 300)), ...this.#bytes(random.integer(30))]
  }

  #update(known: Known): number[] {
    const random = this.#random
    const groups = random.pick([0, 1, 1, 1, 1, 2, 3])
    const out = [...this.#number(groups)]
    for (let group = 0; group < groups; group++) out.push(...this.#structs(known, group === 0))
    const deleters = random.pick([0, 0, 1, 1, 2])
    out.push(...this.#number(deleters))
    for (let index = 0; index < deleters; index++) out.push(...this.#deletes(known, index === 0 && deleters > 1))
    return out
  }

  #structs(known: Known, isFirst: boolean): number[] {
    const random = this.#random
    const isOwn = isFirst ? random.chance(0.9) : this.#wrong()
    const other = this.#id(known)
    const client = isOwn ? this.#own : other.client
    const clock = isOwn ? this.#clock : other.clock + random.pick([0, 0, 1, -1])
    const count = random.between(1, 6)
    const out = [...this.#number(count), ...this.#number(client), ...this.#number(Math.max(0, clock))]
    for (let index = 0; index < count; index++) {
      const { bytes, length } = this.#struct(known)
      out.push(...bytes)
      if (isOwn) this.#clock += length
    }
    return out
  }

  #struct(known: Known): { bytes: number[]; length: number } {
    const random = this.#random
    const content = this.#wrong() ? random.integer(16) : random.pick([1, 2, 3, 4, 4, 4, 4, 5, 6, 7, 7, 8, 8, 0])
    if (content === 0 || content === 10) {
      const length = random.between(1, 5)
      return { bytes: [content, ...this.#number(length)], length }
    }
    const hasOrigin = random.chance(0.6)
    // Not both: see docs/protocol.md, "What the check cannot see".
    const hasRight = !hasOrigin && random.chance(0.5)
    const hasKey = !hasOrigin && !hasRight && random.chance(0.3)
    const info = content | (hasOrigin ? 0x80 : 0) | (hasRight ? 0x40 : 0) | (hasKey || this.#wrong() ? 0x20 : 0)
    const bytes = [this.#wrong() ? random.integer(256) : info]
    if (hasOrigin) bytes.push(...this.#reference(known))
    if (hasRight) bytes.push(...this.#reference(known))
    if (!hasOrigin && !hasRight) bytes.push(...this.#parent(known))
    if (hasKey) bytes.push(...this.#text(this.#name(["key", "a", "constructor", ""])))
    const made = this.#content(content)
    return { bytes: [...bytes, ...made.bytes], length: made.length }
  }

  #parent(known: Known): number[] {
    const random = this.#random
    if (random.chance(0.7)) return [1, ...this.#text(this.#name(["text", "flow", "attrs", "x", ""]))]
    return [this.#wrong() ? 2 : 0, ...this.#reference(known)]
  }

  #content(kind: number): { bytes: number[]; length: number } {
    const random = this.#random
    const count = random.between(1, 4)
    switch (kind) {
      case 1:
        return { bytes: this.#number(count), length: count }
      case 2:
        return { bytes: [...this.#number(count), ...this.#times(count, () => this.#text(this.#json()))], length: count }
      case 3:
        return { bytes: [...this.#number(count), ...this.#bytes(count)], length: 1 }
      case 4: {
        const text = random.pick(["a", "word", "é", "😀", "\ud83d", "two words ".repeat(random.integer(20))])
        return { bytes: this.#text(text), length: Math.max(1, text.length) }
      }
      case 5:
        return { bytes: this.#text(this.#json()), length: 1 }
      case 6:
        return {
          bytes: [...this.#text(this.#name(["bold", "link", ""])), ...this.#text(this.#json())],
          length: 1,
        }
      case 7: {
        const type = random.integer(this.#wrong() ? 20 : 7)
        const named = type === 3 || type === 5
        return { bytes: [type, ...(named ? this.#text(random.pick(["p", "", "script"])) : [])], length: 1 }
      }
      case 8:
        return { bytes: [...this.#number(count), ...this.#times(count, () => this.#any(0))], length: count }
      case 9:
        return { bytes: [...this.#text("guid"), 118, 0], length: 1 }
      default:
        return { bytes: this.#bytes(count), length: 1 }
    }
  }

  #any(depth: number): number[] {
    const random = this.#random
    if (this.#wrong()) return [random.integer(256), ...this.#bytes(3)]
    const kind = random.integer(depth > 5 && !this.#wrong() ? 7 : 9)
    switch (kind) {
      case 0:
        return [127]
      case 1:
        return [126]
      case 2:
        return [125, ...this.#number(random.integer(64))]
      case 3:
        return [124, ...this.#bytes(4)]
      case 4:
        return [123, ...this.#bytes(8)]
      case 5:
        return [random.pick([120, 121])]
      case 6:
        return [119, ...this.#text("value")]
      case 7:
        return [117, ...this.#number(2), ...this.#any(depth + 1), ...this.#any(depth + 1)]
      default:
        return [118, ...this.#number(1), ...this.#text(this.#name(["k", "constructor"])), ...this.#any(depth + 1)]
    }
  }

  #deletes(known: Known, isFirst: boolean): number[] {
    const random = this.#random
    const { client, clock } = isFirst ? { client: this.#own, clock: this.#clock } : this.#id(known)
    const ranges = random.between(1, 3)
    const out = [...this.#number(client), ...this.#number(ranges)]
    let at = random.integer(Math.max(1, clock - 8))
    for (let range = 0; range < ranges; range++) {
      at += random.integer(2)
      const length = random.between(1, 3)
      out.push(...this.#number(at), ...this.#number(length))
      at += length + 1
    }
    return out
  }

  #stateVector(known: Known): number[] {
    const random = this.#random
    const entries = this.#wrong() ? random.integer(9) : Math.min(random.integer(4), known.clients.length)
    const out = [...this.#number(entries)]
    for (const { client, clock } of known.clients.slice(0, entries)) {
      out.push(...this.#number(client), ...this.#number(random.integer(clock + 2)))
    }
    return out
  }

  #awareness(known: Known): number[] {
    const random = this.#random
    const entries = random.pick([1, 1, 1, 2, 0])
    const out = [...this.#number(entries)]
    for (let index = 0; index < entries; index++) {
      const client = random.chance(0.9) ? this.#own : this.#id(known).client
      out.push(...this.#number(client), ...this.#number(random.integer(1000)), ...this.#text(this.#state()))
    }
    return out
  }

  #state(): string {
    const random = this.#random
    const name = random.pick(["Mallory", "\u202eevil", "<b>", "n".repeat(200), "\0"])
    if (this.#wrong()) {
      return random.pick(['{"__proto__":{"x":1}}', `{"a":${"[".repeat(12)}${"]".repeat(12)}}`, this.#json()])
    }
    return random.pick([
      "null",
      JSON.stringify({ user: { name, color: random.pick(["#ff0000", "red;}", "url(x)"]) } }),
      JSON.stringify({ cursor: { anchor: this.#json(), head: null } }),
      JSON.stringify({ cursor: { anchor: { item: { client: 1, clock: 2 } }, head: { type: null } } }),
    ])
  }

  #json(): string {
    const random = this.#random
    if (this.#wrong()) return random.pick(["undefined", '{"__proto__":null}', "{", "[".repeat(70) + "]".repeat(70), ""])
    return random.pick([
      "null",
      "true",
      "1e999",
      '"text"',
      '{"b":"1-0"}',
      '{"type":"image","attrs":{"src":"javascript:alert(1)"}}',
      "[1,[2,[3]]]",
    ])
  }

  #name(names: readonly string[]): string {
    return this.#wrong() ? this.#random.pick(["__proto__", "n".repeat(1025)]) : this.#random.pick(names)
  }

  /** Somebody who has written, and how far; or nobody at all. */
  #id(known: Known): { client: number; clock: number } {
    const random = this.#random
    const others = known.clients.filter(({ client }) => client !== this.#own)
    if (others.length === 0 || this.#wrong()) {
      return { client: random.pick([0, 1, 2 ** 31, 2 ** 53 - 1]), clock: random.integer(10) }
    }
    return random.pick(others)
  }

  #reference(known: Known): number[] {
    const random = this.#random
    if (random.chance(0.4))
      return [
        ...this.#number(this.#own),
        ...this.#number(random.integer(Math.max(1, this.#clock + (this.#wrong() ? 3 : 0)))),
      ]
    const { client, clock } = this.#id(known)
    return [...this.#number(client), ...this.#number(random.integer(Math.max(1, clock + (this.#wrong() ? 5 : 0))))]
  }

  /** A length before bytes, mostly true. */
  #sized(bytes: readonly number[]): number[] {
    return [...this.#number(bytes.length), ...bytes]
  }

  #text(text: string): number[] {
    const bytes = [...new TextEncoder().encode(text)]
    if (this.#wrong()) bytes.push(0xc3)
    return this.#sized(bytes)
  }

  /** A varUint, now and then another number or a form no encoder writes. */
  #number(value: number): number[] {
    const random = this.#random
    if (this.#wrong()) {
      return random.pick([
        [0],
        varUint(value + 1),
        varUint(Math.max(0, value - 1)),
        varUint(2 ** 31),
        varUint(2 ** 53 - 1),
        [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        [0x80],
        [0x80, 0x00],
      ])
    }
    return varUint(Math.max(0, value))
  }

  #bytes(count: number): number[] {
    return Array.from({ length: count }, () => this.#random.integer(256))
  }

  #times(count: number, f: () => number[]): number[] {
    return Array.from({ length: count }, f).flat()
  }

  #wrong(): boolean {
    return this.#fault > 0 && this.#random.chance(this.#fault)
  }

  #cutOrBent(frame: readonly number[]): number[] {
    const random = this.#random
    const at = random.integer(frame.length + 1)
    switch (random.integer(4)) {
      case 0:
        return frame.slice(0, at)
      case 1:
        return [...frame, ...this.#bytes(random.between(1, 4))]
      case 2:
        return [...frame.slice(0, at), random.integer(256), ...frame.slice(at + 1)]
      default:
        return [...frame.slice(0, at), ...this.#bytes(random.between(1, 3)), ...frame.slice(at)]
    }
  }
}

function varUint(value: number): number[] {
  const out: number[] = []
  let rest = value
  while (rest > 127) {
    out.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  out.push(rest)
  return out
}
