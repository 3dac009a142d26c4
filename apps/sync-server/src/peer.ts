import type { Clock, Millis } from "@ligature/protocol"
import type { SessionSocket } from "@ligature/room"

/** A connection as the server has it, whatever carries its frames. Nothing is read from it until `open`. */
export abstract class Peer implements SessionSocket {
  /** A frame came; set before `open`. */
  onFrame: (frame: Uint8Array) => void = () => {}
  /** A frame of the transport itself came: it costs, too. */
  onControl: () => void = () => {}
  /** What was sent has left. */
  onDrained: () => void = () => {}
  readonly #closings: (() => void)[] = []
  #isGone = false
  /** The room reads no further for now. */
  #isPausedByRoom = false
  /** The connection has sent more than its share. */
  #isResting = false

  abstract readonly bufferedBytes: number
  /** False once either side has said goodbye: what is still under way is not for the room. */
  abstract readonly isOpen: boolean
  abstract send(frame: Uint8Array): void
  abstract close(code: number, reason: string): void
  abstract terminate(): void
  protected abstract stopReading(): void
  protected abstract startReading(): void

  open(): void {
    this.#readWhenFree()
  }

  pause(): void {
    this.#isPausedByRoom = true
    this.stopReading()
  }

  resume(): void {
    this.#isPausedByRoom = false
    this.#readWhenFree()
  }

  /** Reads nothing more for a while. */
  rest(clock: Clock, wait: Millis): void {
    if (this.#isResting) return
    this.#isResting = true
    this.stopReading()
    clock.after(wait, () => {
      this.#isResting = false
      this.#readWhenFree()
    })
  }

  /** Calls `f` when the connection is gone: once, or at once if it is gone already. */
  whenClosed(f: () => void): void {
    if (this.#isGone) f()
    else this.#closings.push(f)
  }

  /** For the transport to say, once. */
  protected gone(): void {
    this.#isGone = true
    for (const closing of this.#closings.splice(0)) closing()
  }

  #readWhenFree(): void {
    if (!this.#isPausedByRoom && !this.#isResting) this.startReading()
  }
}
