/** The server cannot start as it was asked to. The message is a sentence for the person who typed the command. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode

  constructor(code: ConfigErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = "ConfigError"
    this.code = code
  }
}

export type ConfigErrorCode = "BAD_CONFIG" | "NOT_BUILT_YET" | "OPEN_TO_THE_NETWORK" | "CANNOT_LISTEN"
