import { bindTitle, type LigatureEmbed } from "@ligature/embed"
import { useEffect, useRef } from "react"
import "./title-field.css"

/** The document's title: as tall as its text, one line in the document. Enter goes on to the text. */
export function TitleField(props: {
  readonly embed: LigatureEmbed
  readonly title: string
  /** A new document begins with its name. */
  readonly isNew: boolean
}) {
  const { embed, title, isNew } = props
  const field = useRef<HTMLTextAreaElement>(null)

  // Uncontrolled: the binding writes what others type without moving the caret.
  useEffect(() => {
    const element = field.current
    return element === null ? undefined : bindTitle(embed, element)
  }, [embed])

  useEffect(() => {
    if (isNew) field.current?.focus()
  }, [isNew])

  return (
    <div className="title-field" data-title={title}>
      <textarea
        ref={field}
        aria-label="Document title"
        placeholder="Untitled"
        dir="auto"
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
    </div>
  )
}
