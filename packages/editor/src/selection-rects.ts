/** Left, top, width and height in CSS pixels. */
export interface Rect {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/**
 * What a range's client rectangles draw, once each: browsers report nested inline elements several times, and rectangles without width
 * for line breaks. Rectangles of one line that touch become one, so that translucent colours do not add up.
 */
export function mergeRects(rects: readonly Rect[]): Rect[] {
  const merged: Rect[] = []
  for (const rect of rects) {
    if (rect.width < 0.5 || rect.height < 0.5) continue
    const at = merged.findIndex((other) => isSameLine(other, rect) && touches(other, rect))
    const other = merged[at]
    if (other === undefined) merged.push(rect)
    else merged[at] = union(other, rect)
  }
  return merged
}

function isSameLine(a: Rect, b: Rect): boolean {
  const overlap = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top)
  return overlap > Math.min(a.height, b.height) * 0.6
}

function touches(a: Rect, b: Rect): boolean {
  return a.left <= b.left + b.width + 1 && b.left <= a.left + a.width + 1
}

function union(a: Rect, b: Rect): Rect {
  const left = Math.min(a.left, b.left)
  const top = Math.min(a.top, b.top)
  return {
    left,
    top,
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  }
}
