import { PluginKey } from "prosemirror-state"

/** The text that an address is or will be on. */
export interface LinkTarget {
  readonly from: number
  readonly to: number
}

/** The text that somebody asked to give an address; null when nobody did. */
export const openedLink: PluginKey<LinkTarget | null> = new PluginKey("ligature-link-editor")
