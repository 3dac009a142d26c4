import { readFileSync } from "node:fs"

/** What a contestant is made of, by the beginning of its name, as `bench/peers` has it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "y-websocket": ["@y/websocket-server", "y-leveldb"],
  Hocuspocus: ["@hocuspocus/server", "@hocuspocus/extension-sqlite"],
  "ws relay": ["ws"],
  "y-prosemirror": ["y-prosemirror"],
  Tiptap: ["@tiptap/core", "@tiptap/y-tiptap"],
  BlockNote: ["@blocknote/core"],
}

/** Package to version of all that took part beside Ligature; yjs, if anything did. */
export function versionsOf(contestants: readonly string[]): Readonly<Record<string, string>> {
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(new URL("peers/package.json", import.meta.url), "utf8"),
  )
  const names = Object.entries(PACKAGES).flatMap(([beginning, packages]) =>
    contestants.some((contestant) => contestant.toLowerCase().startsWith(beginning.toLowerCase())) ? packages : [],
  )
  if (names.length > 0) names.push("yjs")
  return Object.fromEntries(names.map((name) => [name, dependencies[name] ?? "unknown"]))
}
