// The front page. What stays inside: a room's parts; they are tested through the rooms.

export { openRooms, type Rooms } from "./rooms.ts"
export type { Session, SessionGrant, SessionSocket } from "./session-socket.ts"
export { DEFAULT_ROOM_LIMITS, type RoomLimits } from "./room-limits.ts"
export type { ConnectedSession, RoomsObserver, RoomsStats } from "./rooms-observer.ts"
