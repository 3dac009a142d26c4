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
  return `${INTRODUCTION}\n${parts.join("\n\n")}\n`
}

/** What `ligature limits` prints. */
export function limitsText(): string {
  const limits = allLimits()
  const wide = Math.max(...limits.map(({ name }) => name.length))
  const far = Math.max(...limits.map((limit) => showLimitValue(limit).length))
  return LIMIT_GROUPS.map((group) => {
    const rows = limits
      .filter((limit) => limit.group === group)
      .map((limit) => `  ${limit.name.padEnd(wide)}  ${showLimitValue(limit).padStart(far)}  ${limit.reason}`)
    return [group, ...rows].join("\n")
  }).join("\n\n")
}

const INTRODUCTION = `# Limits

Every limit of the server, with its default. \`ligature limits\` prints the same list. Any of them is changed with
\`--limit name=value\`, as often as needed, or in the environment: \`LIGATURE_LIMITS="connections-per-user=50, frame-bytes=4MB"\`. Bytes are written
with KB, MB or GB (of 1024), times with ms, s, min, h or d.

Who is over a limit is told so: connections are closed with 4529 (too much at once) or 1013 (the server is full) and come back by themselves later, requests are answered with 429.
What one connection may send per second is never a reason to close it: it is read more slowly.

Addresses are those that connect. Behind a proxy of yours say \`--trust-proxy 1\` (or how many there are): the last so many
entries of \`X-Forwarded-For\` are believed, and no others, for anybody can write them. IPv6 addresses count as their /64, which is what one subscriber has.
`
