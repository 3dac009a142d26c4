import { resolve } from "node:path"
import { type Command, Option } from "commander"
import { ConfigError } from "../config-error.ts"
import type { CertificateFiles } from "./certificate.ts"

/** The files as people name them. */
export interface TlsInput {
  readonly tlsCert?: string | undefined
  readonly tlsKey?: string | undefined
}

/** The flags of `ligature serve`. */
export function addTlsOptions(serve: Command): void {
  serve
    .addOption(
      new Option(
        "--tls-cert <file>",
        "serve https with this certificate (PEM, with those between); SIGHUP reads it again",
      ).env("LIGATURE_TLS_CERT"),
    )
    .addOption(new Option("--tls-key <file>", "its private key (PEM)").env("LIGATURE_TLS_KEY"))
}

/** @throws {ConfigError} when one comes without the other */
export function readTlsConfig({ tlsCert, tlsKey }: TlsInput): CertificateFiles | null {
  if (tlsCert === undefined && tlsKey === undefined) return null
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new ConfigError(
      "BAD_CONFIG",
      "--tls-cert and --tls-key go together: a certificate is of no use without its key.",
    )
  }
  return { cert: resolve(tlsCert), key: resolve(tlsKey) }
}
