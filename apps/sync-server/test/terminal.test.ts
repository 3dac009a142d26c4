import { describe, expect, test } from "vitest"
import { openTerminal, readableBytes, REDRAW_MS, type Stream } from "../src/commands/terminal.ts"

class Written implements Stream {
  text = ""
  readonly isTTY: boolean

  constructor(isTTY: boolean) {
    this.isTTY = isTTY
  }

  write(text: string): void {
    this.text += text
  }
}

/** What is left on each line when later text has overwritten it. */
function seenOn(stream: Written): string[] {
  return stream.text.split("\n").map((line) => line.split("\r\u001B[K").at(-1) ?? "")
}

describe("progress", () => {
  test("is one line on a terminal, redrawn now and then, and gone before results", () => {
    const [stdout, stderr] = [new Written(true), new Written(true)]
    let now = 0
    const terminal = openTerminal(stdout, stderr, () => now)
    terminal.onProgress({ step: "documents", done: 1, of: 4 })
    expect(seenOn(stderr)).toEqual(["documents [######..................] 25 % of 4"])
    now += REDRAW_MS - 1
    terminal.onProgress({ step: "documents", done: 2, of: 4 })
    expect(seenOn(stderr)).toEqual(["documents [######..................] 25 % of 4"])
    now += 1
    terminal.onProgress({ step: "documents", done: 3, of: 4 })
    expect(seenOn(stderr)).toEqual(["documents [##################......] 75 % of 4"])
    terminal.print("Done.\n")
    expect(seenOn(stderr)).toEqual([""])
    expect(stdout.text).toBe("Done.\n")
  })

  test("ends with a clean line", () => {
    const stderr = new Written(true)
    const terminal = openTerminal(new Written(true), stderr, () => 0)
    terminal.onProgress({ step: "values", done: 5, of: 0 })
    terminal.onProgress({ step: "values", done: 9, of: 9 })
    terminal.complain("Something is wrong.\n")
    expect(seenOn(stderr)).toEqual(["Something is wrong.", ""])
  })

  test("is nothing where stderr is a file or a pipe", () => {
    const stderr = new Written(false)
    openTerminal(new Written(false), stderr, () => 0).onProgress({ step: "files", done: 1, of: 2 })
    expect(stderr.text).toBe("")
  })
})

test("bytes as people read them", () => {
  expect([0, 999, 1000, 1_234_567, 5e12].map(readableBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.00 KB",
    "1.23 MB",
    "5.00 TB",
  ])
})
