import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { build } from "vite"
import type { Editor } from "./editors.ts"

const NARROW_PAGE = "main { width: 720px; margin: 0 auto } body { font: 16px/1.5 sans-serif; margin: 0 }"

/** Builds an editor's page for production into `folder`/dist, and returns that folder. */
export async function buildPage(editor: Editor, folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const index = join(folder, "index.html")
  await writeFile(
    index,
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${editor.name}</title><style>${NARROW_PAGE}</style>
<body><main></main><script type="module" src="./main.js"></script></body></html>`,
  )
  await writeFile(join(folder, "main.js"), `import ${JSON.stringify(editor.script)}`)
  await build({
    root: folder,
    logLevel: "error",
    configFile: false,
    build: { target: "es2022", outDir: "dist", chunkSizeWarningLimit: 10_000 },
  })
  return join(folder, "dist")
}

/** Builds a script for a page that is somebody else's, and returns its text. */
export async function buildScript(editor: Editor, folder: string): Promise<string> {
  await build({
    logLevel: "error",
    configFile: false,
    build: {
      target: "es2022",
      outDir: folder,
      lib: { entry: editor.script, formats: ["iife"], name: "ligatureBench", fileName: () => "script.js" },
    },
  })
  return readFile(join(folder, "script.js"), "utf8")
}
