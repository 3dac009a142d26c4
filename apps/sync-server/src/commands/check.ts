import { checkBackup, checkStore, type FoundDamage, type StoreCheck } from "@ligature/store-level"
import { BlobCheck } from "../uploads/check-blobs.ts"
import { type ExitCode, runDataCommand } from "./run-data-command.ts"
import { counted, readableBytes, type Terminal } from "./terminal.ts"

export interface CheckInput {
  readonly data: string
  /** A backup to check instead of the data folder. */
  readonly file?: string | undefined
  readonly json?: boolean | undefined
}

/** `ligature check`: 0 clean, 1 damage found, 2 could not check. */
export function check({ data, file, json = false }: CheckInput, terminal: Terminal): Promise<ExitCode> {
  return runDataCommand(terminal, () =>
    file === undefined ? checkFolder(data, json, terminal) : checkFile(file, json, terminal),
  )
}

async function checkFolder(data: string, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const blobs = new BlobCheck(data, terminal.onProgress)
  const found = await checkStore(data, terminal.onProgress, blobs)
  terminal.print(json ? asJson({ data, images: blobs.files, ...found }) : asText(data, found, blobs.files))
  return found.damages.length === 0 ? 0 : 1
}

async function checkFile(file: string, json: boolean, terminal: Terminal): Promise<ExitCode> {
  const found = await checkBackup(file, terminal.onProgress)
  const made = new Date(found.time).toISOString()
  const { damagedValues } = found
  const damaged =
    damagedValues === 0 ? "" : `${counted(damagedValues, "value")} in it had been damaged before it was made.\n`
  const size = readableBytes(found.bytes)
  const text = `The backup ${file} is whole: ${counted(found.documents, "document")}, ${counted(found.values, "value")}, ${size}, made ${made}.\n${damaged}`
  terminal.print(json ? asJson({ file, ...found }) : text)
  return damagedValues === 0 ? 0 : 1
}

function asText(data: string, found: StoreCheck, images: number): string {
  const { documents, removed, records, tables, damages, notes } = found
  const lines = [
    `Checked ${data}: ${counted(documents, "document")}, ${removed} removed, ${counted(records, "record")}, ${counted(images, "image")}, ${counted(tables, "table")} of LevelDB.`,
    ...damages.map((damage) => `- ${subjectOf(damage)}: ${damage.reason}`),
    ...notes,
    damages.length === 0
      ? "No damage found."
      : `${counted(damages.length, "damage")} found. Nothing was changed; what is listed has to come from a backup (ligature restore).`,
  ]
  return `${lines.join("\n")}\n`
}

function subjectOf({ what, name }: FoundDamage): string {
  if (what === "store") return "the store"
  return `${what} ${what === "document" ? JSON.stringify(name) : name}`
}

function asJson(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
