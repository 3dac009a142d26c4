import type { Command } from "commander"

/** What `ligature limits` does. */
export interface LimitsAction {
  limits(input: { readonly markdown?: boolean }): Promise<void>
}

export function addLimitsCommand(ligature: Command, actions: LimitsAction): void {
  ligature
    .command("limits")
    .description("list every limit with its default, unit and reason; `serve --limit name=value` sets one")
    .option("--markdown", "as the page of the documentation")
    .allowExcessArguments(false)
    .action((flags: { readonly markdown?: boolean }) => actions.limits(flags))
}

/** What it prints. */
export async function listLimits({ markdown }: { readonly markdown?: boolean }): Promise<string> {
  const { limitsPage, limitsText } = await import("../limits/limits-page.ts")
  return markdown === true ? limitsPage() : `${limitsText()}\n`
}
