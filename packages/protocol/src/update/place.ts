/**
 * Where a struct stands, as far as the check must know: how many types it lies in below its root, and whether under a key
 * (of a map, or an attribute). One number, twice the depth plus one for a key, because it is kept for every struct.
 */
export const ROOT_PLACE = 0
export const KEYED = 1

export function placeIn(parent: number, keyed: boolean): number {
  return 2 * (depthOf(parent) + 1) + (keyed ? KEYED : 0)
}

export function depthOf(place: number): number {
  return place >> 1
}

export function isKeyed(place: number): boolean {
  return (place & KEYED) !== 0
}
