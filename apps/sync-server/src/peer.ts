import type { Clock, Millis } from "@ligature/protocol"
import type { SessionSocket } from "@ligature/room"

/** Whom a peer tells. An object and not a callback for each: there are ten thousand peers, and closures are not small. */
export interface PeerListener {
  /** A frame came. */
  received(frame: Uint8Array): void
  /** A frame of the transport itself came: it costs, too. */
  controlled(): void
  /** What was sent has left. */
  drained(): void
  /** The connection is gone; told once. */
  gone(): void
}

/** A connection as the server has it, whatever carries its frames. Nothing is read from it until `open`. */
export abstract class Peer implements SessionSocket {
  #listener: PeerListener | null = null
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

  /** Whether nothing will ever come or go any more. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Tells this one from now on; at once, if the connection is gone already. */
  tell(listener: PeerListener): void {
    this.#listener = listener
    if (this.#isGone) listener.gone()
  }

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

  /** For the transport to say, as are those below. */
  protected received(frame: Uint8Array): void {
    this.#listener?.received(frame)
  }

  protected controlled(): void {
    this.#listener?.controlled()
  }

  protected drained(): void {
    this.#listener?.drained()
  }

  /** Once. */
  protected leave(): void {
    this.#isGone = true
    this.#listener?.gone()
  }

  #readWhenFree(): void {
    if (!this.#isPausedByRoom && !this.#isResting) this.startReading()
  }
}
