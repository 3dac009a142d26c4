import { DEFAULT_ROOM_LIMITS, type RoomLimits } from "@ligature/room"
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from "../server-limits.ts"

/** A limit as people set it and read about it. */
export interface Limit {
  /** As in `--limit name=value`. */
  readonly name: string
  readonly group: (typeof LIMIT_GROUPS)[number]
  /** Where it holds, and its name there. */
  readonly of: { readonly server: keyof ServerLimits } | { readonly document: keyof RoomLimits }
  readonly value: number
  /** What a number of it means. Bytes and times may be written with a unit. */
  readonly unit: string
  /** What it is and why it is so. */
  readonly reason: string
}

export const LIMIT_GROUPS = [
  "Who is connected",
  "How often and how fast",
  "How long",
  "What a message may hold",
  "What a document may hold",
  "What waits in memory",
] as const

type Row = readonly [group: number, unit: string, reason: string]

/** Every limit there is, in the order people read them. Built when it is asked for: few commands need it. */
export function allLimits(): readonly Limit[] {
  const limits = [
    ...keysOf(SERVER).map((key) => limit(key, { server: key }, DEFAULT_SERVER_LIMITS[key], SERVER[key])),
    ...keysOf(DOCUMENT).map((key) => limit(key, { document: key }, DEFAULT_ROOM_LIMITS[key], DOCUMENT[key])),
  ]
  return LIMIT_GROUPS.flatMap((group) => limits.filter((each) => each.group === group))
}

/** `headersTimeoutMs` is `headers-timeout`: the unit stands beside it. */
function limit(key: string, of: Limit["of"], value: number, [group, unit, reason]: Row): Limit {
  const name = key.replace(/Ms$/, "").replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return { name, group: LIMIT_GROUPS[group] ?? LIMIT_GROUPS[0], of, value, unit, reason }
}

/** Of an object whose type says all its keys. */
function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record).filter((key): key is K => key in record)
}

const SERVER: Readonly<Record<keyof ServerLimits, Row>> = {
  sockets: [
    0,
    "connections",
    "TCP connections in all, from before anything is read from them: each is a file descriptor",
  ],
  socketsPerAddress: [
    0,
    "connections",
    "TCP connections of one address: a browser opens half a dozen beside its WebSocket. Not counted behind a proxy",
  ],
  connections: [0, "connections", "Connections to documents in all: each costs some tens of kilobytes"],
  connectionsPerAddress: [
    0,
    "connections",
    "Of one IPv4 address or one /64 of IPv6: an office of 200 people with several tabs each comes from one",
  ],
  connectionsPerUser: [0, "connections", "Of one person who signed in: all their tabs and devices"],
  connectionsPerDocument: [0, "connections", "In one document: what one writes is sent to all of them"],
  handshakeBurst: [
    1,
    "connections",
    "New connections of one address at once: a whole office comes back together after a restart",
  ],
  handshakesPerSecond: [1, "connections a second", "And after that many"],
  requestBurst: [
    1,
    "requests",
    "Other HTTP requests of one address at once: opening the app takes some dozens for each person",
  ],
  requestsPerSecond: [1, "requests a second", "And after that many"],
  newDocumentBurst: [
    1,
    "documents",
    "Documents that one address may bring into being at once: each stays in the store",
  ],
  newDocumentsPerHour: [1, "documents an hour", "And after that many"],
  messageBurst: [
    1,
    "messages",
    "Messages of one connection at once, before it is read more slowly: a script may paste a book letter by letter",
  ],
  messagesPerSecond: [1, "messages a second", "And after that many; people at a keyboard send some thirty"],
  burstBytes: [
    1,
    "bytes",
    "Bytes of one connection at once, before it is read more slowly: the largest message must fit",
  ],
  bytesPerSecond: [1, "bytes a second", "And after that many"],
  bytesPerMessage: [1, "bytes", "What a message counts for beside its own bytes: a thousand empty ones are not free"],
  headersTimeoutMs: [
    2,
    "ms",
    "For the headers of a request or handshake: enough for a train's worst minute, too little to hold sockets for free",
  ],
  requestTimeoutMs: [2, "ms", "For a whole request with what it carries: a quarter of a megabyte on a line of 5 kB/s"],
  firstMessageMs: [2, "ms", "From the handshake to the first message. A silent reader is a good reader after that"],
  pingIntervalMs: [
    2,
    "ms",
    "Between two pings; a peer that answered none for a whole round is gone. Proxies drop what is idle for 60 s",
  ],
  closeTimeoutMs: [2, "ms", "For the other side's half of the goodbye; then the connection is cut"],
  shutdownMs: [
    2,
    "ms",
    "For rooms and store to finish when the server stops: a store that takes no writes would hold it for ever",
  ],
  fragments: [3, "fragments", "Parts of one WebSocket message: each empty one costs memory and no bytes"],
  bufferedChunks: [
    3,
    "pieces",
    "Pieces in which one frame may arrive: of a byte each, they would cost a hundred times their bytes",
  ],
  halfSentBytes: [
    5,
    "bytes",
    "Messages that have begun and not ended, over all connections; past it the largest is given up",
  ],
  sendBytes: [
    5,
    "bytes",
    "What waits to be taken by readers, over all connections; past it the one furthest behind is cut off and comes back",
  ],
}

const DOCUMENT: Readonly<Record<keyof RoomLimits, Row>> = {
  frameBytes: [3, "bytes", "One message: other programs send all they have as one"],
  frameBytesBeforeAuthentication: [
    3,
    "bytes",
    "One message of somebody not yet known. This server reads nothing at all before it knows",
  ],
  tokenBytes: [3, "bytes", "A token, as text: cookies and headers carry 4 KB everywhere"],
  structs: [3, "items", "Items in one message: each becomes an object in everybody's browser"],
  newClients: [
    3,
    "clients",
    "Writers that one message brings along: an old document has thousands, an attacker as many as he is let",
  ],
  newRoots: [3, "names", "Root types that one message brings along: each table cell is one"],
  nameBytes: [3, "bytes", "A root name, key, attribute or format name"],
  valueDepth: [3, "levels", "Lists and objects inside each other in one value: readers recurse"],
  typeDepth: [3, "levels", "Shared types inside each other: Yjs recurses to delete them, and 3,000 end its stack"],
  presenceBytes: [3, "bytes", "The presence of one person: everybody gets it many times a second"],
  presenceDepth: [3, "levels", "Lists and objects inside each other in a presence"],
  presenceEntries: [3, "entries", "Entries of one presence message: other programs send everybody's again"],
  presenceName: [3, "characters", "A person's name: it is drawn into a label"],
  cursorBytes: [3, "bytes", "Each end of a caret or selection"],
  foreignMessages: [
    3,
    "messages",
    "Messages of nothing but others' words, waiting at the same time, before their bringer is sent away",
  ],
  documentNameBytes: [4, "bytes", "A document's name: it must fit a file name with room for a suffix"],
  documentBytes: [4, "bytes", "What is stored of one document: readers hold it in memory"],
  clients: [4, "clients", "Writers of one document over all time: every state vector names them all"],
  roots: [4, "names", "Root types of one document"],
  clock: [4, "changes", "Changes of one writer: Yjs and its kin count them in 32 bits"],
  recordBytes: [4, "bytes", "One stored record: larger values stall every writer of the store"],
  syncChunkBytes: [
    4,
    "bytes",
    "One piece of a first sync: other programs want something whole every 30 s, also on a bad line",
  ],
  loads: [4, "documents", "Documents read from the store at the same time"],
  appendBytes: [4, "bytes", "One write to the store: a backlog goes in parts, so that receipts come as it goes"],
  roomIdleMs: [
    2,
    "ms",
    "How long a document stays open after the last person left: a reload comes back within seconds",
  ],
  keepaliveMs: [
    2,
    "ms",
    "Something is sent on each connection at least this often: other programs give up after 30 s without",
  ],
  presenceIntervalMs: [2, "ms", "Between two rounds of presence in one document: 20 a second look smooth"],
  stuckMs: [2, "ms", "How long a slow reader may take nothing before it is cut off"],
  syncCacheMs: [2, "ms", "How long the pieces of a first sync are kept for the next who join"],
  closeMs: [2, "ms", "How long closing a document waits for the store"],
  recoveryMs: [
    2,
    "ms",
    "How long after a restore anybody who may write may bring what others wrote: a week offline is normal",
  ],
  slowBytes: [
    5,
    "bytes",
    "What waits for one reader before it counts as slow: it gets no presence, and is not read from, until it has caught up",
  ],
  stuckBytes: [5, "bytes", "What waits for one reader before it is cut off"],
  waitingBytes: [
    5,
    "bytes",
    "What one connection has sent while its document is being opened, before it is read no further",
  ],
  heldBytes: [5, "bytes", "Messages of one connection that wait for what they stand on"],
  unreceiptedMessages: [
    5,
    "messages",
    "Messages of one connection that are not on disk, before it is told to slow down",
  ],
  unstoredBytes: [
    5,
    "bytes",
    "What one connection has sent that is not on disk, before it is read no further: the store may be failing",
  ],
  syncCacheBytes: [5, "bytes", "Pieces of a first sync that a busy document keeps for the next who join"],
}
