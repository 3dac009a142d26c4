import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { createSecureContext } from "node:tls"

/** What `--tls-cert` and `--tls-key` name. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

export interface Certificate {
  /** PEM: the server's own first, then those between it and one that browsers know. */
  readonly cert: string
  readonly key: string
  readonly validUntil: Date
}

/** A certificate that cannot be used. The message is a sentence that names the file and what is wrong with it. */
export class CertificateError extends Error {
  override readonly name = "CertificateError"
  readonly code = "BAD_CERTIFICATE"
}

/** @throws {CertificateError} when it cannot be read, is none, belongs to another key, or has run out */
export async function readCertificate(files: CertificateFiles, now: Date): Promise<Certificate> {
  const cert = await textOf(files.cert)
  const key = await textOf(files.key)
  const own = understood(files.cert, "no certificate in PEM", () => new X509Certificate(cert))
  const secret = understood(files.key, "no private key in PEM without a password", () => createPrivateKey(key))
  if (!own.checkPrivateKey(secret)) {
    throw new CertificateError(`The key in ${files.key} is not the one of the certificate in ${files.cert}.`)
  }
  const validUntil = new Date(own.validTo)
  if (validUntil < now) throw new CertificateError(`The certificate in ${files.cert} ran out on ${own.validTo}.`)
  understood(files.cert, "a certificate that cannot be used", () => createSecureContext({ cert, key }))
  return { cert, key, validUntil }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8")
  } catch (cause) {
    throw new CertificateError(`The file ${file} cannot be read (${reasonOf(cause)}).`, { cause })
  }
}

function understood<T>(file: string, fault: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CertificateError(`The file ${file} holds ${fault} (${reasonOf(cause)}).`, { cause })
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
