import { MESSAGE, SYNC } from "./frame.ts"

/** A change as it happens, in Yjs's V1 encoding. */
export interface Update {
  readonly type: "update"
  readonly update: Uint8Array
}

/** Most of what a server makes: written without an encoder, whose buffers cost more than the frame. */
export function encodeUpdate({ update }: Update): Uint8Array {
  const { length } = update
  let start = 3
  for (let left = length; left > 127; left = Math.floor(left / 128)) start++
  const frame = new Uint8Array(start + length)
  frame[0] = MESSAGE.sync
  frame[1] = SYNC.update
  let at = 2
  for (let left = length; ; left = Math.floor(left / 128)) {
    frame[at++] = left > 127 ? 128 | (left % 128) : left
    if (left <= 127) break
  }
  frame.set(update, start)
  return frame
}
