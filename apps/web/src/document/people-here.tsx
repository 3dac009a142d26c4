import type { LigatureEmbed } from "@ligature/embed"
import { initialsOf, inkOn, type Person } from "@ligature/embed/people"
import { usePeople } from "./use-embed.ts"
import "./people-here.css"

/** More faces than this are a number. */
const SHOWN = 5

export function PeopleHere({
  embed,
  onChangeMe,
}: {
  readonly embed: LigatureEmbed | null
  readonly onChangeMe: () => void
}) {
  const people = usePeople(embed)
  const rest = people.slice(SHOWN)
  return (
    <ul className="people-here" aria-label="People here">
      {people.slice(0, SHOWN).map((person) => (
        <li key={person.client}>
          {person.isMe ? (
            <button type="button" className="avatar-button" title={`${person.name} (you)`} onClick={onChangeMe}>
              <Avatar person={person} />
              <span className="visually-hidden">{person.name} (you), change name or colour</span>
            </button>
          ) : (
            <span title={person.name}>
              <Avatar person={person} />
              <span className="visually-hidden">{person.name}</span>
            </span>
          )}
        </li>
      ))}
      {rest.length > 0 && (
        <li className="people-rest" title={rest.map(({ name }) => name).join(", ")}>
          <span aria-hidden="true">+{rest.length}</span>
          <span className="visually-hidden">{rest.map(({ name }) => name).join(", ")}</span>
        </li>
      )}
    </ul>
  )
}

export function Avatar({ person }: { readonly person: Pick<Person, "name" | "color"> }) {
  return (
    <span className="avatar" aria-hidden="true" style={{ background: person.color, color: inkOn(person.color) }}>
      {initialsOf(person.name)}
    </span>
  )
}
