/**
 * Which of a connection's step2 and update messages, in order, are on disk. Each message waits for a ticket of the commit
 * loop: it is on disk once the loop has landed that far. `NEVER` stands for one that waits for something else.
 */
export class ReceiptCount {
  /** Messages on disk, or that needed no storing, without a hole before them. */
  count = 0
  /** Tickets of the messages behind `count`, oldest first, from `#head` on. */
  #tickets: number[] = []
  #head = 0

  /** A message came that needs `ticket`. Returns its place, for `settle`. */
  push(ticket: number): number {
    this.#tickets.push(ticket)
    return this.count + this.waiting - 1
  }

  /** What a message waited for is known now: it needs `ticket`. */
  settle(place: number, ticket: number): void {
    this.#tickets[this.#head + place - this.count] = ticket
  }

  /** Counts on as far as the loop has landed. True if the count moved. */
  advance(landed: number): boolean {
    const before = this.count
    while (this.#head < this.#tickets.length && (this.#tickets[this.#head] ?? NEVER) <= landed) {
      this.#head++
      this.count++
    }
    if (this.#head === this.#tickets.length || this.#head > 1024) {
      this.#tickets = this.#tickets.slice(this.#head)
      this.#head = 0
    }
    return this.count > before
  }

  /** Messages without receipt. */
  get waiting(): number {
    return this.#tickets.length - this.#head
  }
}

/** The ticket of what may never come. */
export const NEVER: number = Infinity
