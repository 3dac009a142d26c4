// The front page; importing it defines `<ligature-editor>`. What needs no editor has entries of its own: `@ligature/embed/people`,
// `@ligature/embed/local-documents` and `@ligature/embed/new-document`.

export { createEditor, type EmbedOptions, type LigatureEmbed } from "./create-editor.ts"
export type { Conversion } from "./convert-document.ts"
export { LigatureEditorElement } from "./ligature-editor-element.ts"
export type { StatusSource } from "./calm-status.ts"
export { bindTitle, type DocumentTitle } from "./document-title.ts"
export { describeStatus, isQuietChange, type StatusDescription } from "./describe-status.ts"
export type { People, Person, User } from "./people.ts"
export type { LigatureEditor } from "@ligature/editor"
export { readOnlySentence, type ReadOnlyReason, type Status } from "@ligature/provider"
