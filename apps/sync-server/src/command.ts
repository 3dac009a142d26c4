import { Command, Option } from "commander"
import { addAuthOptions } from "./auth/auth-config.ts"
import { addDataCommands, type DataActions } from "./commands/data-commands.ts"
import { addLimitsCommand, type LimitsAction } from "./commands/limits.ts"
import { addTokenCommand, type TokenAction } from "./commands/token.ts"
import { DEFAULT_CONFIG, LOG_LEVELS, type ConfigInput } from "./config.ts"
import { addLimitOptions } from "./limits/limits-config.ts"
import { addDocumentsOptions } from "./documents/documents-config.ts"
import { addOperationsOptions } from "./operations/operations-config.ts"
import { addTlsOptions } from "./tls/tls-config.ts"
import { addWebhookOptions } from "./webhooks/webhook-config.ts"

/** What the commands do; the command line itself does nothing. */
export interface Actions extends DataActions, TokenAction, LimitsAction {
  serve(input: ConfigInput): Promise<void>
}

/** The command line with every flag, its environment variable and its default; it throws instead of leaving the process. */
export function ligatureCommand(actions: Actions): Command {
  const ligature = new Command("ligature")
    .description("A collaborative document editor on a server of your own.")
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .enablePositionalOptions()
  const serve = ligature
    .command("serve")
    .description("start the sync server with the web app")
    .addOption(valueOption("--port <number>", "where to listen; 0 picks a free port", "PORT", DEFAULT_CONFIG.port))
    .addOption(valueOption("--host <address>", "on which address to listen", "HOST", DEFAULT_CONFIG.host))
    .addOption(valueOption("--data <folder>", "where the documents are kept", "LIGATURE_DATA", DEFAULT_CONFIG.data))
    .addOption(
      new Option("--public-url <url>", "the address people use, when it is another (behind a proxy)").env(
        "LIGATURE_PUBLIC_URL",
      ),
    )
    .addOption(
      new Option("--allow-origin <origin>", "a site whose pages may open documents here; may be repeated")
        .env("LIGATURE_ALLOW_ORIGIN")
        .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), ...listIn(value)]),
    )
    .addOption(
      new Option("--frame-ancestor <origin>", "a site that may show the app in a frame; may be repeated")
        .env("LIGATURE_FRAME_ANCESTOR")
        .argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), ...listIn(value)]),
    )
    .addOption(
      valueOption(
        "--log-level <level>",
        `how much to log on stderr: ${LOG_LEVELS.join(", ")}`,
        "LIGATURE_LOG_LEVEL",
        DEFAULT_CONFIG.logLevel,
      ),
    )
    .allowExcessArguments(false)
    .action((flags: Flags) =>
      actions.serve({
        ...flags,
        allowedOrigins: flags.allowOrigin,
        frameAncestors: flags.frameAncestor,
        limits: flags.limit,
      }),
    )
  addAuthOptions(serve)
  addOperationsOptions(serve)
  addLimitOptions(serve)
  addTlsOptions(serve)
  addDocumentsOptions(serve)
  addWebhookOptions(serve)
  addDataCommands(ligature, actions)
  addTokenCommand(ligature, actions)
  addLimitsCommand(ligature, actions)
  return ligature
}

type Flags = Omit<ConfigInput, "allowedOrigins" | "frameAncestors" | "limits"> & {
  readonly limit?: readonly string[]
  readonly allowOrigin?: readonly string[]
  readonly frameAncestor?: readonly string[]
}

function valueOption(flags: string, description: string, variable: string, value: string): Option {
  return new Option(flags, description).env(variable).default(value)
}

/** Several origins in one environment variable are parted by commas or blanks. */
function listIn(value: string): string[] {
  return value.split(/[\s,]+/).filter((part) => part !== "")
}
