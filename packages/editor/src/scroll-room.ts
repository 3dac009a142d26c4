/**
 * What stays free around the caret when it scrolls into view, in CSS pixels. Hosts put bars at the top, and on phones at the bottom; how
 * large they are they say with the page's `scroll-padding`.
 */
export function scrollRoomIn({
  documentElement,
  defaultView,
}: Document): Record<"top" | "right" | "bottom" | "left", number> {
  const asked = (side: "Top" | "Bottom"): number => {
    const padding = defaultView?.getComputedStyle(documentElement)[`scrollPadding${side}`] ?? ""
    return Math.max(SCROLL_ROOM, Number.parseFloat(padding) || 0)
  }
  return {
    get top() {
      return asked("Top")
    },
    get bottom() {
      return asked("Bottom")
    },
    right: 8,
    left: 8,
  }
}

/** Kept free above and below the caret when it scrolls into view, in CSS pixels, where the page asks for no more. */
const SCROLL_ROOM = 72
