import { DEFAULT_SESSION } from "../auth/auth-config.ts"
import { DEFAULT_DOCUMENTS } from "../documents/documents-config.ts"
import { allLimits, LIMIT_GROUPS } from "./limit-table.ts"
import { showLimitValue } from "./limit-values.ts"

/** docs/limits.md, whole. A test compares; `ligature limits --markdown` prints it. */
export function limitsPage(): string {
  const parts = LIMIT_GROUPS.map((group) => {
    const rows = allLimits()
      .filter((limit) => limit.group === group)
      .map((limit) => `| \`${limit.name}\` | ${showLimitValue(limit)} | ${limit.reason} |`)
    return [`## ${group}`, "", "| Limit | Default | What it is, and why |", "| --- | --- | --- |", ...rows].join("\n")
  })
  const rows = KEPT.map(([flag, value, reason]) => `| \`${flag}\` | ${value} | ${reason} |`)
  parts.push(
    [
      `## ${KEPT_TITLE}`,
      "",
      KEPT_NOTE,
      "",
      "| Flag | Default | What it is, and why |",
      "| --- | --- | --- |",
      ...rows,
    ].join("\n"),
  )
  return `${INTRODUCTION}\n${parts.join("\n\n")}\n`
}

/** What `ligature limits` prints. */
export function limitsText(): string {
  const limits = allLimits()
  const wide = Math.max(...limits.map(({ name }) => name.length))
  const far = Math.max(...limits.map((limit) => showLimitValue(limit).length))
  const kept = KEPT.map(([flag, value, reason]) => `  ${flag.padEnd(wide)}  ${value.padStart(far)}  ${reason}`)
  const groups = LIMIT_GROUPS.map((group) => {
    const rows = limits
      .filter((limit) => limit.group === group)
      .map((limit) => `  ${limit.name.padEnd(wide)}  ${showLimitValue(limit).padStart(far)}  ${limit.reason}`)
    return [group, ...rows].join("\n")
  })
  return [...groups, [`${KEPT_TITLE} (flags of their own)`, ...kept].join("\n")].join("\n\n")
}

const KEPT_TITLE = "How long things are kept"
const KEPT_NOTE = "These have flags of their own, and environment variables: `ligature serve --help` names them."

/** What `serve` lets go of in time, by its flag. */
const KEPT: readonly (readonly [flag: string, value: string, reason: string])[] = [
  [
    "--history",
    DEFAULT_DOCUMENTS.history,
    "Text that was deleted from a document, for its restore points. A time, `forever` or `none`. What is still in the document, and who wrote it, stays in any case; deleted text is gone from the disk after twice this time at the latest",
  ],
  ["--keep-deleted", DEFAULT_DOCUMENTS.keepDeleted, "A document in the trash, with all of its history and images"],
  ["--session-idle", DEFAULT_SESSION.idle, "A session that a browser does not use"],
  ["--session-longest", DEFAULT_SESSION.longest, "A session in any case"],
]

const INTRODUCTION = `# Limits

Every limit of the server, with its default. \`ligature limits\` prints the same list. Any of them is changed with
\`--limit name=value\`, as often as needed, or in the environment: \`LIGATURE_LIMITS="connections-per-user=50, frame-bytes=4MB"\`. Bytes are written
with KB, MB or GB (of 1024), times with ms, s, min, h or d.

Who is over a limit is told so: connections are closed with 4529 (too much at once) or 1013 (the server is full) and come back by themselves later, requests are answered with 429.
What one connection may send per second is never a reason to close it: it is read more slowly.

Addresses are those that connect. Behind a proxy of yours say \`--trust-proxy 1\` (or how many there are): the last so many
entries of \`X-Forwarded-For\` are believed, and no others, for anybody can write them. IPv6 addresses count as their /64, which is what one subscriber has.
`
