import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"

/** Page files whose names carry a hash of their content, as a release has them. */
interface Release {
  readonly files: readonly string[]
}

/** The present release and those before it: a tab that stayed open over two upgrades is told to reload. */
const KEPT_RELEASES = 3

/**
 * Keeps the hashed files of the last releases in the data folder: a page that was opened before an upgrade goes on to fetch its own
 * parts, which the new release no longer has. Copies what is new of `assets`, forgets what only older releases had.
 *
 * @param assets the folder of the present release; without it nothing is kept
 * @param folder gets the files of all kept releases; it is made when absent
 */
export async function keepRelease(assets: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const files = await readdir(assets).catch(() => [])
  const before = await releasesIn(join(folder, LIST))
  const [latest] = before
  const isNew = files.length > 0 && (latest === undefined || !sameFiles(latest.files, files))
  const releases = isNew ? [{ files }, ...before].slice(0, KEPT_RELEASES) : before
  const kept = new Set(releases.flatMap((release) => release.files))
  const there = new Set(await readdir(folder))
  for (const file of files) if (!there.has(file)) await copyWhole(join(assets, file), join(folder, file))
  for (const file of there) if (!kept.has(file) && file !== LIST) await rm(join(folder, file), { force: true })
  if (isNew) await writeFile(join(folder, LIST), JSON.stringify(releases))
}

/** No name that is asked for begins with a dot. */
const LIST = ".releases.json"

/** A copy that a crash cut short must not pass for the file. */
async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`)
  await rename(`${to}.part`, to)
}

async function releasesIn(file: string): Promise<Release[]> {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, "utf8"))
    return Array.isArray(parsed) ? parsed.filter(isRelease) : []
  } catch {
    // None yet, or a list that was cut short: the worst is that old tabs have to reload.
    return []
  }
}

function isRelease(value: unknown): value is Release {
  if (typeof value !== "object" || value === null || !("files" in value) || !Array.isArray(value.files)) return false
  return value.files.every((file) => typeof file === "string")
}

function sameFiles(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && new Set([...a, ...b]).size === a.length
}
