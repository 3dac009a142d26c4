/** Raised when an older editor could damage what a newer one writes; sent to the server as `?schema=N`. */
export const SCHEMA_VERSION = 1
