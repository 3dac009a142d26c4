import { PALETTE } from "@ligature/embed/people"
import { useState } from "react"
import { Avatar } from "../document/people-here.tsx"
import { Dialog } from "../ui/dialog.tsx"
import { friendlyName, useMe } from "./person.ts"
import "./person-dialog.css"

const COLOR_NAMES = ["Brick", "Amber", "Olive", "Leaf", "Sea green", "Lagoon", "Blue", "Indigo", "Violet", "Magenta"]

/** Name and colour, as the others see them. */
export function PersonDialog({ onClose }: { readonly onClose: () => void }) {
  const [me, introduce] = useMe()
  const [name, setName] = useState(me.name)
  const [color, setColor] = useState(me.color)
  return (
    <Dialog title="How others see you" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={(event) => {
          event.preventDefault()
          introduce(name.trim() === "" ? me.name : name, color)
          onClose()
        }}
      >
        <p className="quiet">
          Your name and colour stand beside your caret while you write. They stay in this browser.
        </p>
        <label className="person-name">
          <span>Your name</span>
          <span className="person-name-row">
            <Avatar person={{ name, color }} />
            <input
              className="field"
              value={name}
              maxLength={60}
              autoComplete="name"
              placeholder={me.name}
              onChange={(event) => setName(event.target.value)}
            />
            <button type="button" className="button" onClick={() => setName(friendlyName(Math.random))}>
              Another
            </button>
          </span>
        </label>
        <fieldset className="person-colors">
          <legend>Your colour</legend>
          {PALETTE.map((choice, at) => (
            <label key={choice} title={COLOR_NAMES[at]}>
              <input
                type="radio"
                name="color"
                style={{ backgroundColor: choice }}
                checked={choice === color}
                onChange={() => setColor(choice)}
              />
              <span className="visually-hidden">{COLOR_NAMES[at]}</span>
            </label>
          ))}
        </fieldset>
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button button-primary">
            Save
          </button>
        </div>
      </form>
    </Dialog>
  )
}
