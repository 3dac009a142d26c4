import type { LigatureEmbed } from "@ligature/embed"
import { useEffect, useLayoutEffect, useRef } from "react"

/** The document's title: as tall as its text, one line in the document. Enter goes on to the text. */
export function TitleField({ embed, title }: { readonly embed: LigatureEmbed; readonly title: string }) {
  const field = useRef<HTMLTextAreaElement>(null)

  // Uncontrolled: the binding writes what others type without moving the caret.
  useEffect(() => (field.current === null ? undefined : embed.title.bind(field.current)), [embed])

  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    const fit = () => {
      element.style.blockSize = "auto"
      element.style.blockSize = `${element.scrollHeight}px`
    }
    fit()
    const observer = new ResizeObserver(fit)
    observer.observe(element.parentElement ?? element)
    return () => observer.disconnect()
  }, [title])

  return (
    <textarea
      ref={field}
      className="title-field"
      aria-label="Document title"
      placeholder="Untitled"
      rows={1}
      maxLength={300}
      spellCheck
      enterKeyHint="next"
      onKeyDown={(event) => {
        // Enter during a composition (IME) accepts the word.
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return
        event.preventDefault()
        embed.focus()
      }}
    />
  )
}
