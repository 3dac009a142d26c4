import { Option, type Command } from "commander"
import { addTokenOptions, type AuthInput } from "../auth/auth-config.ts"

/** What a token for trying out says, as people write it. */
export interface TokenInput extends Pick<
  AuthInput,
  "tokenSecret" | "tokenSecretFile" | "tokenIssuer" | "tokenAudience"
> {
  readonly subject: string
  readonly name?: string | undefined
  readonly color?: string | undefined
  readonly document: string
  readonly access: string
  readonly expires: string
}

export interface TokenAction {
  token(input: TokenInput): Promise<void>
}

export function addTokenCommand(ligature: Command, actions: TokenAction): void {
  const token = ligature
    .command("token")
    .description("print a token for trying out, as your application would sign it")
    .addOption(new Option("--subject <text>", "who it is for").makeOptionMandatory())
    .addOption(new Option("--name <text>", "their name, as others see it"))
    .addOption(new Option("--color <#rrggbb>", "their colour"))
    .addOption(new Option("--document <name>", "the document; a star at the end means all that begin so").default("*"))
    .addOption(new Option("--access <access>", "read, comment, write or admin").default("write"))
    .addOption(new Option("--expires <time>", "how long it holds, as in 30m, 2h, 7d").default("1h"))
  addTokenOptions(token)
    .allowExcessArguments(false)
    .action((flags: TokenInput) => actions.token(flags))
}
