import { chromium, type Browser } from "@playwright/test"
import { generateTrace } from "@ligature/testing"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { gunzipSync } from "node:zlib"
import { CHROMIUM_FLAGS } from "../e2e/fixtures/chromium.ts"
import type { Means, Trace } from "./benchmark.ts"
import { buildPage, buildScript } from "./browser/build-page.ts"
import { APP, editorNamed } from "./browser/editors.ts"
import { Stage } from "./browser/stage.ts"

/** What the benchmarks of one run share, made when first asked for. */
export async function gatherMeans(options: {
  /** A file with a real trace, gzipped JSON. */
  readonly traceFile: string | undefined
  readonly profiles: string | null
  /** Of a generated trace. */
  readonly seed: number
  readonly edits: number
}): Promise<Means & AsyncDisposable> {
  const trace = await readTrace(options)
  const start = performance.now()
  const root = await mkdtemp(join(tmpdir(), "ligature-bench-"))
  const folder = (): Promise<string> => mkdtemp(join(root, "run-"))
  const stages = new Map<string, Promise<Stage>>()
  let browser: Promise<Browser> | undefined
  const setStage = async (editor: string): Promise<Stage> => {
    const data = join(await folder(), "data")
    if (editor === APP.name) {
      return Stage.setInApp(await (browser ??= launch()), await buildScript(APP, await folder()), data)
    }
    const page = await buildPage(editorNamed(editor), await folder())
    return Stage.set(await (browser ??= launch()), page, data)
  }
  return {
    trace,
    seed: options.seed,
    profiles: options.profiles,
    folder,
    progress: (text) => console.log(`  … ${((performance.now() - start) / 1000).toFixed(0)} s: ${text}`),
    stage(editor) {
      const stage = stages.get(editor) ?? setStage(editor)
      stages.set(editor, stage)
      return stage
    },
    async [Symbol.asyncDispose]() {
      // What failed to start has been reported by whoever asked for it.
      const ended = [...stages.values()].map(async (stage) => (await stage.catch(() => null))?.[Symbol.asyncDispose]())
      await Promise.all(ended)
      await (await browser?.catch(() => null))?.close()
      await rm(root, { recursive: true, force: true, maxRetries: 3 })
    },
  }
}

function launch(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM_PATH"]
  return chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: CHROMIUM_FLAGS })
}

async function readTrace(options: { traceFile: string | undefined; seed: number; edits: number }): Promise<Trace> {
  const trace: { endContent: string; txns: { patches: Trace["patches"] }[] } =
    options.traceFile === undefined
      ? generateTrace(options.seed, options.edits)
      : JSON.parse(gunzipSync(await readFile(options.traceFile)).toString())
  const patches = trace.txns.flatMap((txn) => txn.patches)
  const source = options.traceFile === undefined ? `generated with seed ${options.seed}` : basename(options.traceFile)
  return { source, endContent: trace.endContent, patches }
}
