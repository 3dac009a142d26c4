/** Small settings of this browser, in localStorage. Where storage is forbidden or full they last as long as the page. */
const fallback = new Map<string, string>()

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(`ligature:${name}`) ?? fallback.get(name) ?? null
  } catch {
    return fallback.get(name) ?? null
  }
}

/** @param value null forgets the setting */
export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`ligature:${name}`)
    else localStorage.setItem(`ligature:${name}`, value)
    fallback.delete(name)
  } catch {
    if (value === null) fallback.delete(name)
    else fallback.set(name, value)
  }
}
