import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, test } from "vitest"
import { ligatureCommand } from "../src/command.ts"

// Nobody runs Docker here. What can be checked without: that everything these files name is there.

const ROOT = fileURLToPath(new URL("../../..", import.meta.url))
const read = (file: string): string => readFileSync(join(ROOT, "deploy", file), "utf8")
const nothing = async (): Promise<void> => {}
const program = ligatureCommand({
  serve: nothing,
  token: nothing,
  limits: nothing,
  check: nothing,
  backup: nothing,
  restore: nothing,
  compact: nothing,
  export: nothing,
  listQuarantine: nothing,
  releaseDocument: nothing,
  importOldDocuments: nothing,
})
const help = program.commands.map((command) => command.helpInformation({ error: false })).join("\n")
const commands = new Set(program.commands.map((command) => command.name()))
/** As `--help` names them. */
const variables = new Set(Array.from(help.replaceAll(/\s+/g, " ").matchAll(/\(?env: (\w+)/g), ([, name]) => name))

describe("the Dockerfile", () => {
  const dockerfile = read("Dockerfile")
  const lines = dockerfile.replaceAll("\\\n", "").split("\n")

  test("copies what is there, or what the build makes, and runs what is there", () => {
    const copied = lines.flatMap((line) => /^COPY --from=build \/build\/(\S+)/.exec(line)?.[1] ?? [])
    expect(copied).toContain("apps/sync-server")
    for (const path of copied) expect(existsSync(join(ROOT, path)), `path ${path}`).toBe(true)
    const entry: unknown = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "")
    const [node, script] = Array.isArray(entry) ? entry.map(String) : []
    expect(node).toBe("node")
    expect(existsSync(join(ROOT, script ?? "")), "the entry point").toBe(true)
    const command: unknown = JSON.parse(/^CMD (\[.*\])$/m.exec(dockerfile.split("HEALTHCHECK")[1] ?? "")?.[1] ?? "")
    expect(Array.isArray(command) && commands.has(String(command[0]))).toBe(true)
    const scripts: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"))
    for (const [, name] of dockerfile.matchAll(/npm run (\w+)/g)) expect(scripts.scripts).toHaveProperty(name ?? "")
  })

  test("sets variables that the server knows, on a Node that it supports, not as root", () => {
    const set = /^ENV (.*)$/m.exec(dockerfile)?.[1]?.split(" ") ?? []
    const names = set.map((pair) => pair.split("=")[0]).filter((name) => name !== "NODE_ENV")
    expect(names).toEqual(["HOST", "PORT", "LIGATURE_DATA"])
    for (const name of names) expect(variables, `variable ${name}`).toContain(name)
    const versions = Array.from(dockerfile.matchAll(/^FROM node:(\d+)\.(\d+)/gm), ([, major, minor]) => [major, minor])
    expect(versions).toHaveLength(2)
    for (const [major, minor] of versions) expect(Number(major) * 1000 + Number(minor)).toBeGreaterThanOrEqual(20_019)
    expect(/^USER (\w+)$/m.exec(dockerfile)?.[1]).toBe("node")
  })

  test("has a health check that is a program", () => {
    const check: unknown = JSON.parse(/^ +CMD (\[.*\])$/m.exec(read("Dockerfile"))?.[1] ?? "")
    const [, flag, script] = Array.isArray(check) ? check.map(String) : []
    expect(flag).toBe("-e")
    const run = (port: string): number | null => {
      try {
        execFileSync(process.execPath, ["-e", script ?? ""], { env: { PORT: port } })
        return 0
      } catch (error) {
        return error instanceof Error && "status" in error ? Number(error.status) : null
      }
    }
    expect(run("1"), "nobody is there").toBe(1)
  })
})

test("the compose file builds that Dockerfile, and sets variables that the server knows", () => {
  const compose = read("compose.yaml")
  expect(existsSync(join(ROOT, "deploy", "..", /dockerfile: (\S+)/.exec(compose)?.[1] ?? "absent"))).toBe(true)
  const names = Array.from(compose.matchAll(/^ {6}((?:LIGATURE_)\w+):/gm), ([, name]) => name)
  expect(names).toEqual(["LIGATURE_ACCESS", "LIGATURE_PUBLIC_URL"])
  for (const name of names) expect(variables, `variable ${name}`).toContain(name)
})

describe("the systemd unit", () => {
  const unit = read("ligature.service")

  test("runs a command with options that there are, and knows its exit codes", () => {
    const [, command, option] = /^ExecStart=\/usr\/bin\/env ligature (\w+) (--\w+) /m.exec(unit) ?? []
    expect(commands).toContain(command)
    expect(help).toContain(`${option} <`)
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m)
    for (const [, name] of unit.matchAll(/(LIGATURE_\w+)/g)) expect(variables, `variable ${name}`).toContain(name)
  })

  test.skipIf(!existsSync("/usr/bin/systemd-analyze"))("is sound as systemd reads it, and hardened", () => {
    const file = join(ROOT, "deploy", "ligature.service")
    const verified = execFileSync("systemd-analyze", ["verify", file], { stdio: "pipe", encoding: "utf8" })
    expect(verified).toBe("")
    const rating = execFileSync("systemd-analyze", ["security", "--offline=true", file], { encoding: "utf8" })
    expect(Number(/exposure level for ligature.service: ([\d.]+)/.exec(rating)?.[1])).toBeLessThan(2)
  })
})
