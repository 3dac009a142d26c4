/** Milliseconds since 1970, finer than Date.now() has them, as pages tell them too. */
export function epochNow(): number {
  return performance.timeOrigin + performance.now()
}
