// The front page. `@ligature/embed/element` defines `<ligature-editor>`; `@ligature/embed/local-documents` lists what this device keeps.

export { createEditor, type EmbedOptions, type LigatureEmbed } from "./create-editor.ts"
export type { DocumentTitle } from "./document-title.ts"
export { initialsOf, inkOn, PALETTE, type People, type Person, type User } from "./people.ts"
export { describeStatus, isQuietChange, type StatusDescription } from "./describe-status.ts"
export type { LigatureEditor } from "@ligature/editor"
export { readOnlySentence, type ReadOnlyReason, type Status } from "@ligature/provider"
