// The front page: one component. Everything else is @ligature/embed.

export { LigatureEditor, type LigatureEditorProps } from "./ligature-editor.tsx"
