import { type Command, Option } from "commander"
import { DEFAULT_CONFIG } from "../config.ts"
import { DOCUMENT_FORMATS } from "../documents/document-job.ts"
import type { CheckInput } from "./check.ts"
import type { CompactInput } from "./compact.ts"
import type { ExportInput } from "./export.ts"
import type { ReleaseInput } from "./quarantine.ts"

/** What is done to a data folder, by its server where one runs and the command says so. */
export interface DataActions {
  check(input: CheckInput): Promise<void>
  backup(input: { data: string; file: string }): Promise<void>
  restore(input: { data: string; file: string }): Promise<void>
  compact(input: CompactInput): Promise<void>
  export(input: ExportInput): Promise<void>
  listQuarantine(input: { data: string }): Promise<void>
  releaseDocument(input: ReleaseInput): Promise<void>
  importOldDocuments(input: { data: string; folder: string }): Promise<void>
}

export function addDataCommands(ligature: Command, actions: DataActions): void {
  ligature
    .command("check")
    .description(
      "read every record of every document, every checksum on disk and every image, of a stopped server's data folder or of a backup; changes nothing",
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
    .description("merge the logs of documents into their checkpoints, while the server runs or not")
    .argument("[documents...]", "only these documents")
    .addOption(dataOption("the data folder"))
    .addHelpText("after", `\nExit code: 0 done, 1 some document could not be compacted, 2 bad use.`)
    .action((documents: string[], { data }: { data: string }) => actions.compact({ data, documents }))
  ligature
    .command("export")
    .description("write each document of a stopped server to a file of its own; changes nothing")
    .argument("[documents...]", "only these documents")
    .addOption(dataOption("the data folder"))
    .requiredOption("--out <folder>", "where to write; it must be absent or empty")
    .option("--format <format>", `what to write: ${DOCUMENT_FORMATS.join(", ")}`, "update")
    .addHelpText("after", `\nExit code: 0 done, 1 something is damaged or could not be written, 2 bad use.`)
    .action((documents: string[], flags: { data: string; out: string; format: string }) =>
      actions.export({ ...flags, documents }),
    )
  ligature
    .command("import-y-leveldb")
    .description("bring what a y-websocket server kept (YPERSISTENCE) into the data folder of a stopped server")
    .argument("<folder>", "the folder of y-leveldb; it is not written to")
    .addOption(dataOption("the data folder; it is made if it is absent"))
    .addHelpText("after", `\nExit code: 0 done, 1 something was left out, 2 bad use.`)
    .allowExcessArguments(false)
    .action((folder: string, { data }: { data: string }) => actions.importOldDocuments({ data, folder }))
  addQuarantineCommands(ligature, actions)
}

function addQuarantineCommands(ligature: Command, actions: DataActions): void {
  const quarantine = ligature
    .command("quarantine")
    .description("documents that were found damaged: they are shown read-only, as far as they can be read")
  quarantine
    .command("list")
    .description("name them, and what is wrong with each; while the server runs or not")
    .addOption(dataOption("the data folder"))
    .addHelpText("after", `\nExit code: 0 there are none, 1 there are some, 2 bad use.`)
    .allowExcessArguments(false)
    .action((flags: { data: string }) => actions.listQuarantine(flags))
  quarantine
    .command("release")
    .description("give a document back to those who write in it; while the server runs or not")
    .argument("<document>", "its name")
    .addOption(dataOption("the data folder"))
    .option("--with-loss", "what can still be read of it becomes the document; what cannot is given up", false)
    .addHelpText("after", `\nExit code: 0 it is in use again, 1 it stays in quarantine, 2 it is not in quarantine.`)
    .allowExcessArguments(false)
    .action((document: string, flags: { data: string; withLoss: boolean }) =>
      actions.releaseDocument({ ...flags, document }),
    )
}

function dataOption(description: string): Option {
  return new Option("--data <folder>", description).env("LIGATURE_DATA").default(DEFAULT_CONFIG.data)
}
