// The front page; cutting updates has an entry of its own, for clients that fetch it late. What stays inside: readers and writers of
// single messages, the parser of updates and its columns.

export { type Cancel, type Clock, type Millis, systemClock } from "./clock.ts"
export { type DocumentName, parseDocumentName } from "./document-name.ts"
export { type Access, type AccessReason, mayRead, mayWrite } from "./access.ts"
export { CLOSE, type CloseCode, type CloseName, type CloseRule, closeRule, type RetryRule } from "./close-codes.ts"
export { DEFAULT_LIMITS, type Limits } from "./limits.ts"
export { ProtocolError, type ProtocolErrorCode } from "./protocol-error.ts"

export { decodeUpstream, encodeUpstream, type Upstream } from "./upstream.ts"
export { decodeDownstream, type Downstream, encodeDownstream } from "./downstream.ts"
export { type Offer, OFFER_HEADER, offerSubprotocols, parseOffer, SUBPROTOCOL } from "./subprotocol.ts"

export { KnownState, type UpdateChange } from "./known-state.ts"
export { CHECKPOINT_ROW, encodeCheckpointRow, readCheckpointRow } from "./checkpoint-row.ts"
export { checkUpdate, type UpdateVerdict } from "./check-update.ts"
export { refusalCloseCode, type UpdateRefusal } from "./update-refusal.ts"
export { diffStructs, diffUpdate } from "./diff-update.ts"
export { joinUpdates, UpdateJoiner } from "./join-updates.ts"
export { decodeStateVector } from "./state-vector.ts"

export { type AwarenessRefusal, type AwarenessVerdict, checkAwareness } from "./check-awareness.ts"
export type { PresenceIdentity } from "./clean-presence.ts"
export { encodePresence } from "./encode-presence.ts"
