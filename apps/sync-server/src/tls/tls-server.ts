import type { RequestListener, ServerOptions as HttpOptions } from "node:http"
import { createServer, type Server } from "node:https"
import type { ServerLog } from "../server-log.ts"
import { type Certificate, CertificateError, type CertificateFiles, readCertificate } from "./certificate.ts"

/** What is spoken with browsers: nothing older is left in use, and TLS 1.0 and 1.1 are broken (RFC 8996). */
const OLDEST = "TLSv1.2"

/** An HTTPS server whose certificate can be renewed while it runs. */
export class TlsServers {
  readonly #files: CertificateFiles
  readonly #log: ServerLog
  readonly #servers: Server[] = []
  #certificate: Certificate

  private constructor(files: CertificateFiles, certificate: Certificate, log: ServerLog) {
    this.#files = files
    this.#certificate = certificate
    this.#log = log
    this.#tellExpiry()
  }

  /** @throws {CertificateError} */
  static async open(files: CertificateFiles, log: ServerLog): Promise<TlsServers> {
    return new TlsServers(files, await readCertificate(files, new Date()), log)
  }

  create(listener: RequestListener, o: HttpOptions & { readonly handshakeTimeout: number }): Server {
    const { cert, key } = this.#certificate
    const server = createServer({ ...o, cert, key, minVersion: OLDEST }, listener)
    this.#servers.push(server)
    return server
  }

  /** Takes up the files as they are now; connections that are open keep what they have. With bad ones the old stay in use. */
  async reload(): Promise<void> {
    try {
      this.#certificate = await readCertificate(this.#files, new Date())
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      this.#log.error({ err: error }, "the new certificate cannot be used; the old one stays in use")
      return
    }
    const { cert, key } = this.#certificate
    for (const server of this.#servers) server.setSecureContext({ cert, key, minVersion: OLDEST })
    this.#tellExpiry()
  }

  #tellExpiry(): void {
    this.#log.info({ validUntil: this.#certificate.validUntil.toISOString() }, "a certificate is in use")
  }
}
