import type { OnProgress } from "@ligature/store-level"

/** What a command has of the process. */
export interface Terminal {
  /** For results: stdout. Lines end with a newline. */
  print(text: string): void
  /** For what went wrong: stderr. */
  complain(text: string): void
  /** One line on stderr that the next one replaces; nothing when stderr is no terminal. */
  readonly onProgress: OnProgress
}

export interface Stream {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}

/** Drawing more often than this (ms) is a burden on slow lines and on nobody's eyes. */
export const REDRAW_MS = 100

/** @param now milliseconds from any point on */
export function openTerminal(stdout: Stream, stderr: Stream, now: () => number): Terminal {
  let drawn: number | null = null
  const clear = (): void => {
    if (drawn !== null) stderr.write(ERASE_LINE)
    drawn = null
  }
  return {
    print(text) {
      clear()
      stdout.write(text)
    },
    complain(text) {
      clear()
      stderr.write(text)
    },
    onProgress({ step, done, of }) {
      if (stderr.isTTY !== true) return
      const isLast = done === of
      if (!isLast && drawn !== null && now() - drawn < REDRAW_MS) return
      stderr.write(`${ERASE_LINE}${progressLine(step, done, of)}`)
      drawn = now()
      if (isLast) clear()
    },
  }
}

/** Carriage return, then erase to the end of the line. */
const ERASE_LINE = "\r\u001B[K"
const BAR = 24

function progressLine(step: string, done: number, of: number): string {
  if (of === 0) return `${step}: ${done}`
  const part = Math.min(1, done / of)
  const bar = "#".repeat(Math.round(part * BAR)).padEnd(BAR, ".")
  return `${step} [${bar}] ${Math.floor(part * 100)} % of ${of}`
}

/** "1.4 MB": for people, so three digits are enough. */
export function readableBytes(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"]
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit] ?? ""}`
}

/** "1 document", "2 documents". */
export function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`
}
