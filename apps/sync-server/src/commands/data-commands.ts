import { type Command, Option } from "commander"
import { DEFAULT_CONFIG } from "../config.ts"
import type { CheckInput } from "./check.ts"
import type { CompactInput } from "./compact.ts"
import type { ExportInput } from "./export.ts"

/** What is done to a data folder that no server has open. */
export interface DataActions {
  check(input: CheckInput): Promise<void>
  backup(input: { data: string; file: string }): Promise<void>
  restore(input: { data: string; file: string }): Promise<void>
  compact(input: CompactInput): Promise<void>
  export(input: ExportInput): Promise<void>
}

export function addDataCommands(ligature: Command, actions: DataActions): void {
  ligature
    .command("check")
    .description(
      "read every record of every document and every checksum on disk, of a stopped server's data folder or of a backup; changes nothing",
    )
    .argument("[file]", "a backup to check instead of the data folder")
    .addOption(dataOption("the data folder"))
    .option("--json", "the result as JSON on stdout")
    .addHelpText("after", `\nExit code: 0 no damage, 1 damage found, 2 it could not be checked.`)
    .allowExcessArguments(false)
    .action((file: string | undefined, flags: { data: string; json?: boolean }) => actions.check({ ...flags, file }))
  ligature
    .command("backup")
    .description(
      "write everything in a data folder to one file with a checksum, while its server runs or not; changes nothing",
    )
    .argument("<file>", "the file to write; it must not be there yet")
    .addOption(dataOption("the data folder"))
    .addHelpText("after", `\nExit code: 0 done, 1 something is damaged or could not be written, 2 bad use.`)
    .allowExcessArguments(false)
    .action((file: string, { data }: { data: string }) => actions.backup({ data, file }))
  ligature
    .command("restore")
    .description("make a new data folder of a backup, once the whole backup has proved good")
    .argument("<file>", "the backup")
    .addOption(dataOption("the data folder to make; it must be absent or empty"))
    .addHelpText("after", `\nExit code: 0 done, 1 something is damaged or could not be written, 2 bad use.`)
    .allowExcessArguments(false)
    .action((file: string, { data }: { data: string }) => actions.restore({ data, file }))
  ligature
    .command("compact")
    .description("merge the logs of a stopped server's documents into their checkpoints")
    .argument("[documents...]", "only these documents")
    .addOption(dataOption("the data folder"))
    .addHelpText("after", `\nExit code: 0 done, 1 some document could not be compacted, 2 bad use.`)
    .action((documents: string[], { data }: { data: string }) => actions.compact({ data, documents }))
  ligature
    .command("export")
    .description("write each document of a stopped server as a Yjs update to a file of its own; changes nothing")
    .argument("[documents...]", "only these documents")
    .addOption(dataOption("the data folder"))
    .requiredOption("--out <folder>", "where to write; it must be absent or empty")
    .addHelpText("after", `\nExit code: 0 done, 1 something is damaged or could not be written, 2 bad use.`)
    .action((documents: string[], flags: { data: string; out: string }) => actions.export({ ...flags, documents }))
}

function dataOption(description: string): Option {
  return new Option("--data <folder>", description).env("LIGATURE_DATA").default(DEFAULT_CONFIG.data)
}
