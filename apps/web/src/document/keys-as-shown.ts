const ARROWS: Readonly<Record<string, string>> = { ArrowUp: "↑", ArrowDown: "↓" }
const APPLE: Readonly<Record<string, string>> = { Mod: "⌘", Shift: "⇧", Alt: "⌥", Enter: "↩", Escape: "esc", ...ARROWS }
const ELSEWHERE: Readonly<Record<string, string>> = { Mod: "Ctrl", Escape: "Esc", ...ARROWS }

/** "Mod+Shift+X" as it stands on the keyboard at hand: "⇧⌘X" or "Ctrl + Shift + X". */
export function keysAsShown(keys: string, isApple: boolean): string {
  return keys
    .split(", then ")
    .map((chord) => chordAsShown(chord, isApple))
    .join(", then ")
}

function chordAsShown(chord: string, isApple: boolean): string {
  const parts = chord.split("+")
  if (!isApple) return parts.map((part) => ELSEWHERE[part] ?? part).join(" + ")
  // Apple writes the command key last of the modifiers.
  const modifiers = parts.filter((part) => part !== "Mod")
  if (modifiers.length < parts.length) modifiers.splice(-1, 0, "Mod")
  return modifiers.map((part) => APPLE[part] ?? part).join("")
}
