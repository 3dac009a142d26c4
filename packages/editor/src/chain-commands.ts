import type { Command } from "prosemirror-state"

/** Runs the first of the commands that applies. */
export function chainCommands(...commands: readonly Command[]): Command {
  return (state, dispatch, view) => commands.some((command) => command(state, dispatch, view))
}
