import { useRef, useState } from "react"
import { navigate, pathOf } from "../route.ts"
import { Icon } from "../ui/icon.tsx"

/** More than anybody writes, and less than a browser chokes on, in bytes. */
const MAX_FILE = 5_000_000

/** A button that makes a new document of a Markdown file. */
export function ImportMarkdown() {
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const take = async (file: File) => {
    setBusy(true)
    setProblem(null)
    try {
      if (file.size > MAX_FILE) throw new RangeError("the file is too large")
      const { importMarkdown } = await import("./import-document.ts")
      const document = await importMarkdown(await file.text(), file.name)
      navigate(pathOf({ page: "document", document }))
    } catch (error) {
      setProblem(
        error instanceof RangeError
          ? `“${file.name}” is too large: up to 5 MB can be imported.`
          : `“${file.name}” could not be imported. This browser may not be able to keep documents.`,
      )
      setBusy(false)
    }
  }

  return (
    <>
      <button
        type="button"
        className="button"
        aria-label="Import Markdown"
        title="Make a document of a Markdown file"
        disabled={isBusy}
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" />
        Import
      </button>
      <input
        ref={input}
        type="file"
        accept=".md,.markdown,.txt,text/markdown,text/plain"
        aria-label="Markdown file"
        hidden
        onChange={(event) => {
          const file = event.target.files?.[0]
          // The same file can be chosen again.
          if (file !== undefined) void take(file).finally(() => input.current !== null && (input.current.value = ""))
        }}
      />
      {problem !== null && (
        <p className="import-problem" role="alert">
          {problem}
        </p>
      )}
    </>
  )
}
