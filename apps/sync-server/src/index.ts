// The front page: a server of its own, or the sync endpoint on yours. The command line stays in `cli.ts`.
export { startServer, type RunningServer, type ServerParts } from "./start-server.ts"
export { attach, type Attached, type AttachOptions } from "./attach.ts"
export { readConfig, type ConfigInput, type LogLevel, type ServerConfig } from "./config.ts"
export { ConfigError, type ConfigErrorCode } from "./config-error.ts"
export { DEFAULT_SERVER_LIMITS, type ServerLimits } from "./server-limits.ts"
export type { ServerLog } from "./server-log.ts"
