import { useMe } from "./person.ts"
import "./first-visit-bubble.css"

/** Tells a newcomer, once, under which name the others see them. */
export function FirstVisitBubble({ onChange }: { readonly onChange: () => void }) {
  const [me, introduce] = useMe()
  if (me.chosen) return null
  return (
    <aside className="first-visit" aria-label="Your name">
      <p>
        Others see you as <strong>{me.name}</strong>.
      </p>
      <button type="button" className="button" onClick={onChange}>
        Change
      </button>
      <button type="button" className="button" onClick={() => introduce(me.name, me.color)}>
        Keep it
      </button>
    </aside>
  )
}
