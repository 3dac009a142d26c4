import { LAYERS, LIBRARIES } from "./scripts/layers.js"

const APPS = new Set(["sync-server", "web"])
/** @param {string} name */
const folder = (name) => `${APPS.has(name) ? "apps" : "packages"}/${name}`

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    ...Object.entries(LAYERS).map(([name, allowed]) => ({
      name: `${name}-imports-only-what-is-below`,
      severity: "error",
      from: { path: `^${folder(name)}/src/` },
      to: { path: "^(packages|apps)/", pathNot: [name, ...allowed].map((to) => `^${folder(to)}/`) },
    })),
    ...Object.entries(LIBRARIES).map(([name, libraries]) => ({
      name: `${name}-takes-few-libraries`,
      severity: "error",
      from: { path: `^${folder(name)}/src/`, pathNot: "describe-document-store" },
      to: {
        dependencyTypes: ["npm", "npm-dev", "npm-peer", "npm-no-pkg"],
        pathNot: `node_modules/${libraries.source.replace(/^\^|\$$/g, "")}`,
      },
    })),
    {
      name: "only-the-server-has-ws",
      severity: "error",
      from: { path: "^packages/[^/]+/src/" },
      to: { path: "node_modules/ws/" },
    },
    { name: "known-modules-only", severity: "error", from: { path: "/src/" }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)dist/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@ligature/source", "import", "types", "default"],
      extensions: [".ts", ".tsx", ".js"],
    },
  },
}
