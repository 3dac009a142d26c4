/** The server's end: what a room asks of a socket (`SessionSocket`). */
export interface ServerEnd {
  send(frame: Uint8Array): void
  close(code: number, reason: string): void
  pause(): void
  resume(): void
  terminate(): void
  /** Bytes sent and not yet taken by the client's end. */
  readonly bufferedBytes: number
}

export type SocketState =
  | { readonly state: "open" }
  | { readonly state: "closed"; readonly code: number; readonly reason: string }
  | { readonly state: "terminated" }

/** The client's end: frames wait here until a test takes them. */
export interface ClientEnd {
  /** Frames that came since the last `take`, oldest first, `limit` at most. */
  take(limit?: number): Uint8Array[]
  readonly state: SocketState
  /** The server does not read from this socket at the moment. */
  readonly paused: boolean
  /** As of a peer that reads nothing: what is sent stays in the buffer. Otherwise the buffer is always empty. */
  stalled: boolean
}

export interface SocketPair {
  readonly server: ServerEnd
  readonly client: ClientEnd
}

/** Two ends of a connection without a network. Nothing is delivered by itself, so a test decides every order. */
export function socketPair(): SocketPair {
  let frames: Uint8Array[] = []
  let bytes = 0
  let state: SocketState = { state: "open" }
  let paused = false
  const client = {
    stalled: false,
    take(limit = Infinity) {
      const taken = frames.slice(0, limit)
      frames = frames.slice(taken.length)
      for (const frame of taken) bytes -= frame.length
      return taken
    },
    get state() {
      return state
    },
    get paused() {
      return paused
    },
  }
  return {
    client,
    server: {
      send(frame) {
        if (state.state !== "open") return
        frames.push(frame)
        bytes += frame.length
      },
      close(code, reason) {
        if (state.state === "open") state = { state: "closed", code, reason }
      },
      pause() {
        paused = true
      },
      resume() {
        paused = false
      },
      terminate() {
        state = { state: "terminated" }
      },
      get bufferedBytes() {
        return client.stalled ? bytes : 0
      },
    },
  }
}
