// Loaded when first used: few documents come from other editors.
import { convertXml, type ConvertedXml } from "@ligature/convert"
import { movedTo, pointTo } from "@ligature/editor"
import type { OpenDocument, OpenDocumentOptions } from "@ligature/provider"
import { keepNewDocument } from "./new-document.ts"
import { untilSaved } from "./until-saved.ts"

/** What became of a conversion. */
export interface Conversion {
  /** The name of the document in which the old one goes on. */
  readonly document: string
  /** What is kept and shown as unsupported in it. */
  readonly unsupported: ConvertedXml["unsupported"]
  /** Whether the server has both the new document and the pointer of the old one; if not, this device will bring them when they are opened. */
  readonly isShared: boolean
}

/**
 * Makes a new document of the XML fragment `root` of `source`, and lets the old one point to it. In this order, so that the pointer never
 * leads to nothing: the new document is kept on this device (and, with a connection, by the server) before the old one is changed.
 * Rejects, with the old document as it was, when the new one cannot be kept.
 */
export async function convertDocument(
  source: OpenDocument,
  root: string,
  options: OpenDocumentOptions,
): Promise<Conversion> {
  const { update, unsupported } = convertXml(source.doc, root)
  const isOnline = await untilSaved(source, PATIENCE_MS)
  const isNewShared = await keepNewDocument(options, update, isOnline ? PATIENCE_MS : 0)
  if (source.readOnly.current)
    throw new Error("the document could not be changed any more: it is open for reading only")
  const other = movedTo(source.doc)
  if (other !== null) return { document: other.document, unsupported, isShared: false }
  pointTo(source.doc, { document: options.document, time: Date.now() })
  await source.flush()
  const isShared = isNewShared && (await untilSaved(source, PATIENCE_MS))
  return { document: options.document, unsupported, isShared }
}

/** As long as people wait for a page. */
const PATIENCE_MS = 10_000
