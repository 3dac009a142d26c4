import type { LigatureEmbed } from "@ligature/embed"
import { initialsOf, inkOn, type Person } from "@ligature/embed/people"
import { usePeople } from "./use-embed.ts"
import "./people-here.css"

/** More faces than this are a number; on a phone sooner. The style sheet knows these numbers, too. */
const SHOWN = { wide: 5, narrow: 2 } as const

export function PeopleHere({
  embed,
  onChangeMe,
}: {
  readonly embed: LigatureEmbed | null
  readonly onChangeMe: () => void
}) {
  const people = usePeople(embed)
  return (
    <ul className="people-here" aria-label="People here">
      {people.slice(0, SHOWN.wide).map((person) => (
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
      <Rest people={people.slice(SHOWN.wide)} where="wide" />
      <Rest people={people.slice(SHOWN.narrow)} where="narrow" />
    </ul>
  )
}

/** Those without a face, counted and, on asking, named. */
function Rest({ people, where }: { readonly people: readonly Person[]; readonly where: keyof typeof SHOWN }) {
  if (people.length === 0) return null
  const names = people.map(({ name }) => name).join(", ")
  return (
    <li className={`people-rest people-rest-${where}`} title={names}>
      <span aria-hidden="true">+{people.length}</span>
      <span className="visually-hidden">{names}</span>
    </li>
  )
}

export function Avatar({ person }: { readonly person: Pick<Person, "name" | "color"> }) {
  return (
    <span className="avatar" aria-hidden="true" style={{ background: person.color, color: inkOn(person.color) }}>
      {initialsOf(person.name)}
    </span>
  )
}
