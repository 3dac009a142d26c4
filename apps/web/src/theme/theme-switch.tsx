import { Icon, type IconName } from "../ui/icon.tsx"
import { THEMES, useTheme, type Theme } from "./theme.ts"
import "./theme-switch.css"

const LOOKS: Record<Theme, { readonly label: string; readonly icon: IconName }> = {
  system: { label: "As the system", icon: "system" },
  light: { label: "Light", icon: "sun" },
  dark: { label: "Dark", icon: "moon" },
}

export function ThemeSwitch() {
  const [theme, choose] = useTheme()
  return (
    <fieldset className="theme-switch">
      <legend className="visually-hidden">Theme</legend>
      {THEMES.map((choice) => (
        <label key={choice} title={LOOKS[choice].label}>
          <input
            type="radio"
            name="theme"
            className="visually-hidden"
            checked={choice === theme}
            onChange={() => choose(choice)}
          />
          <Icon name={LOOKS[choice].icon} size={18} />
          <span className="visually-hidden">{LOOKS[choice].label}</span>
        </label>
      ))}
    </fieldset>
  )
}
