import react from "@vitejs/plugin-react"
import { fileURLToPath } from "node:url"
import { defineConfig, type Plugin } from "vite"
import { VitePWA } from "vite-plugin-pwa"

export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  // The workspace packages are bundled from their sources: a stale build can never be shipped.
  resolve: { conditions: ["@ligature/source", "module", "browser", "development|production"] },
  plugins: [
    react(),
    loadAtOnce(),
    VitePWA({
      filename: "service-worker.js",
      // src/shell/service-worker.ts registers it: when and how a new version takes over is decided there.
      injectRegister: false,
      registerType: "prompt",
      manifestFilename: "ligature.webmanifest",
      manifest: {
        id: "/",
        name: "Ligature",
        short_name: "Ligature",
        description: "Write together: one text, many hands.",
        start_url: "/",
        scope: "/",
        display: "standalone",
        background_color: "#faf8f3",
        theme_color: "#faf8f3",
        categories: ["productivity"],
        icons: [
          { src: "/icons/ligature-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "/icons/ligature-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
          { src: "/icons/ligature-maskable-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
          { src: "/icons/ligature.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
        ],
        shortcuts: [{ name: "New document", url: "/?new" }],
      },
      includeAssets: [],
      workbox: {
        // Every lazy chunk is in it: offline, a feature that is used for the first time must still be there.
        globPatterns: ["**/*.{html,js,css,svg}", "icons/*.png", "assets/*latin-wght-*.woff2"],
        globIgnores: ["service-worker.js"],
        // The hash is in the name; everything else is fetched anew when its revision changes.
        dontCacheBustURLsMatching: /^assets\//,
        navigateFallback: "/index.html",
        navigateFallbackAllowlist: [/^\/(\?|$)/, /^\/[dr]\//],
        // Letters of other scripts are loaded when a text needs them, and then stay.
        runtimeCaching: [
          {
            urlPattern: /\/assets\/.*\.woff2$/,
            handler: "CacheFirst",
            options: { cacheName: "ligature-typefaces" },
          },
        ],
        inlineWorkboxRuntime: true,
        cleanupOutdatedCaches: true,
        clientsClaim: true,
        skipWaiting: false,
        sourcemap: false,
      },
    }),
  ],
  build: {
    outDir: "../sync-server/dist/web",
    emptyOutDir: true,
    target: "es2022",
    // A preload polyfill would be an inline script in older set-ups, and every browser we support preloads by itself.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              // What is needed at once comes in few files: on a connection that takes six at a time, forty small ones are the wait.
              debugName: "stages",
              name: stageOf(),
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: {
      "/sync": { target: "http://127.0.0.1:8080", ws: true },
      "/api": { target: "http://127.0.0.1:8080" },
    },
  },
})

/**
 * What a document needs from the start, in the order in which it runs. Each stage is a file with what its module imports and those before
 * it do not hold. The module itself stays apart: while it runs it waits for the next stage, which needs this one.
 */
const STAGES = [
  { name: "first", module: sourceFile("main.ts") },
  { name: "app", module: sourceFile("start-app.tsx") },
  { name: "document", module: sourceFile("document/document-page.tsx") },
]

function sourceFile(path: string): string {
  return fileURLToPath(new URL(`src/${path}`, import.meta.url))
}

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

/** Names the first stage that cannot do without a module; null for what is loaded later, when it is used. */
function stageOf(): (module: string, graph: ModuleGraph) => string | null {
  const known = new WeakMap<ModuleGraph, Map<string, string>>()
  return (module, graph) => {
    const stages = known.get(graph) ?? stagesIn(graph)
    known.set(graph, stages)
    return stages.get(module) ?? null
  }
}

function stagesIn(graph: ModuleGraph): Map<string, string> {
  const stages = new Map<string, string>()
  for (const { name, module } of STAGES) {
    const ahead = [module]
    for (let id = ahead.pop(); id !== undefined; id = ahead.pop()) {
      if (stages.has(id)) continue
      if (id !== module) stages.set(id, name)
      ahead.push(...(graph.getModuleInfo(id)?.importedIds ?? []))
    }
  }
  return stages
}

/**
 * Has the page ask for everything that a document needs with its first breath, not one thing after the other: the scripts behind the
 * small first one, and the typeface, whose late arrival would lay out the text a second time.
 */
function loadAtOnce(): Plugin {
  const modules = ["src/start-app.tsx", "src/document/document-page.tsx"]
  const typeface = /source-serif-4-latin-wght-normal-.*\.woff2$/
  return {
    name: "load-at-once",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {} }) {
        const wanted = new Set<string>()
        const want = (file: string): void => {
          const chunk = bundle[file]
          if (wanted.has(file) || chunk?.type !== "chunk" || chunk.isEntry) return
          wanted.add(file)
          chunk.imports.forEach(want)
        }
        for (const [file, chunk] of Object.entries(bundle)) {
          const from = chunk.type === "chunk" ? chunk.facadeModuleId : null
          if (modules.some((module) => from?.endsWith(module) === true)) want(file)
        }
        const fonts = Object.keys(bundle).filter((file) => typeface.test(file))
        return [
          ...[...wanted].map((file) => ({ rel: "modulepreload", crossorigin: true, href: `/${file}` })),
          ...fonts.map((file) => ({
            rel: "preload",
            as: "font",
            type: "font/woff2",
            crossorigin: true,
            href: `/${file}`,
          })),
        ].map((attrs) => ({ tag: "link", attrs, injectTo: "head" as const }))
      },
    },
  }
}
