/** What one message, presence or document may cost. Everything that takes limits takes them whole; spread the defaults to change one. */
export interface Limits {
  /** Bytes of a document's name, in UTF-8: it must fit a file name with room for a suffix. */
  readonly documentNameBytes: number
  /** Bytes of a token, as text: cookies and headers carry 4 KB everywhere. */
  readonly tokenBytes: number
  /** Bytes of a frame before its session is authenticated: only the smallest of first messages come this early. */
  readonly frameBytesBeforeAuthentication: number
  /** Bytes of a frame: stock clients send all they have as one step2. */
  readonly frameBytes: number
  /** Bytes of an update frame in a first sync: stock watchdogs want something whole every 30 s, also on a bad line. */
  readonly syncChunkBytes: number
  /** Bytes of a stored record: larger values stall every writer of the store. */
  readonly recordBytes: number
  /** Structs in a message: each becomes an object in every peer. */
  readonly structs: number
  /** Clients in a message or state vector, and clients of a document: every state vector names them all. */
  readonly clients: number
  /** Clients that a message brings along: an old document has thousands, an attacker as many as he is let. */
  readonly newClients: number
  /** Root types of a document: each table cell is one. */
  readonly roots: number
  /** Root types that a message brings along. */
  readonly newRoots: number
  /** Bytes of a root name, map key, attribute name, format key or XML node name, in UTF-8. */
  readonly nameBytes: number
  /** Bytes stored for a document before it is refused: readers hold it in memory. */
  readonly documentBytes: number
  /** Next clock of a client: Yjs and its kin hold clocks in 32 bits. */
  readonly clock: number
  /** Levels of arrays and objects in one value: readers recurse. */
  readonly valueDepth: number
  /** Levels of shared types inside each other: Yjs recurses to delete them, and 3,000 end its stack. */
  readonly typeDepth: number
  /** Bytes of one presence state, as JSON: everybody in the room gets it, many times a second. */
  readonly presenceBytes: number
  /** Levels of arrays and objects in a presence state. */
  readonly presenceDepth: number
  /** Entries in one awareness message: stock clients send everybody's again. */
  readonly presenceEntries: number
  /** Characters of a person's name: it is drawn into a label. */
  readonly presenceName: number
  /** Bytes of each end of a cursor, as JSON. */
  readonly cursorBytes: number
}

export const DEFAULT_LIMITS: Limits = {
  documentNameBytes: 200,
  tokenBytes: 4096,
  frameBytesBeforeAuthentication: 64 * 1024,
  frameBytes: 16 * 1024 * 1024,
  syncChunkBytes: 256 * 1024,
  recordBytes: 128 * 1024,
  structs: 1_000_000,
  clients: 100_000,
  newClients: 10_000,
  roots: 100_000,
  newRoots: 10_000,
  nameBytes: 1024,
  documentBytes: 256 * 1024 * 1024,
  clock: 2 ** 31,
  valueDepth: 64,
  typeDepth: 128,
  presenceBytes: 2048,
  presenceDepth: 6,
  presenceEntries: 10_000,
  presenceName: 80,
  cursorBytes: 512,
}
