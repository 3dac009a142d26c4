import { initialsOf, inkOn, type People, type Person } from "./people.ts"

/** Shows who is here as a list of avatars. @returns what ends it */
export function drawPeople(element: HTMLElement, people: People): () => void {
  const list = element.ownerDocument.createElement("ul")
  list.className = "ligature-people"
  list.setAttribute("aria-label", "People here")
  element.append(list)
  const draw = (current: readonly Person[]) =>
    list.replaceChildren(...current.map((person) => drawAvatar(element.ownerDocument, person)))
  draw(people.current)
  const stop = people.onChange(draw)
  return () => {
    stop()
    list.remove()
  }
}

function drawAvatar(page: Document, person: Person): HTMLElement {
  const avatar = page.createElement("li")
  const label = person.isMe ? `${person.name} (you)` : person.name
  avatar.className = "ligature-avatar"
  avatar.title = label
  avatar.style.background = person.color
  avatar.style.color = inkOn(person.color)
  const initials = page.createElement("span")
  initials.setAttribute("aria-hidden", "true")
  initials.textContent = initialsOf(person.name)
  const name = page.createElement("span")
  name.className = "ligature-for-screen-readers"
  name.textContent = label
  avatar.append(initials, name)
  return avatar
}
