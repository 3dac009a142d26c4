// The arrows of the tree: which workspace may import which. ARCHITECTURE.md draws the same picture and `npm run check` compares the two.

/** @type {Readonly<Record<string, readonly string[]>>} */
export const LAYERS = {
  protocol: [],
  schema: [],
  store: [],
  flow: [],
  testing: [],
  "store-level": ["store", "protocol"],
  room: ["store", "protocol"],
  provider: ["protocol"],
  editor: ["schema", "flow"],
  convert: ["schema", "flow"],
  embed: ["editor", "provider", "convert"],
  react: ["embed"],
  "sync-server": ["room", "store-level", "store", "protocol", "convert"],
  web: ["react", "embed", "convert"],
}

/** What a package may take from the registry, where the design restricts it. */
/** @type {Readonly<Record<string, RegExp>>} */
export const LIBRARIES = {
  protocol: /^lib0/,
  schema: /^prosemirror-model$/,
  store: /^$/,
  flow: /^(yjs|lib0.*|prosemirror-(model|state|transform|view))$/,
  room: /^(yjs|lib0.*)$/,
}

/** One line an importing workspace, as it stands in ARCHITECTURE.md. */
export function drawLayers() {
  return Object.entries(LAYERS)
    .map(([from, to]) => `${from.padEnd(12)} → ${to.length === 0 ? "nothing of ours" : to.join(", ")}`)
    .join("\n")
}
