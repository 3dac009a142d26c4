/** The ticket of what may never come. */
export const NEVER: number = Infinity

/**
 * Which of a connection's step2 and update messages, in order, are on disk. Each message waits for a ticket of the commit
 * loop: it is on disk once the loop has landed that far. `NEVER` stands for one that waits for something else.
 */
export class ReceiptCount {
  /** Messages on disk, or that needed no storing, without a hole before them. */
  count = 0
  /** Tickets of the messages behind `count`, oldest first, from `#head` up to `#end`. Mostly one at a time comes and goes: its place is used again. */
  #tickets: number[] = [NEVER]
  #head = 0
  #end = 0

  /** A message came that needs `ticket`. Returns its place, for `settle`. */
  push(ticket: number): number {
    this.#tickets[this.#end++] = ticket
    return this.count + this.waiting - 1
  }

  /** What a message waited for is known now: it needs `ticket`. */
  settle(place: number, ticket: number): void {
    this.#tickets[this.#head + place - this.count] = ticket
  }

  /** Counts on as far as the loop has landed. True if the count moved. */
  advance(landed: number): boolean {
    const before = this.count
    while (this.#head < this.#end && (this.#tickets[this.#head] ?? NEVER) <= landed) {
      this.#head++
      this.count++
    }
    if (this.#head === this.#end) {
      this.#head = 0
      this.#end = 0
      if (this.#tickets.length > KEPT) this.#tickets = []
    } else if (this.#head > 1024) {
      this.#tickets = this.#tickets.slice(this.#head, this.#end)
      this.#end -= this.#head
      this.#head = 0
    }
    return this.count > before
  }

  /** Messages without receipt. */
  get waiting(): number {
    return this.#end - this.#head
  }
}

const KEPT = 64
