/** Whether the document may be changed now. The provider gives one: read-only until loaded, without write access, or when sync is locked. */
export interface ReadOnlySignal {
  readonly current: boolean
  /** Calls `listener` after each change; returns what ends that. */
  onChange(listener: () => void): () => void
}

/** The signal of a document that may always be changed. */
export const alwaysEditable: ReadOnlySignal = { current: false, onChange: () => () => {} }
