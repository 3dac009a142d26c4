import {
  documentUpdate,
  fromHtml,
  fromMarkdown,
  fromXml,
  readDocument,
  takeTitle,
  toHtml,
  toMarkdown,
  toText,
} from "@ligature/convert"
import * as Y from "yjs"
import type { DocumentFormat, DocumentJob, WrittenDocument } from "./document-job.ts"

/** Does one job; runs in the worker alone. */
export function doDocumentJob(job: DocumentJob): WrittenDocument {
  return job.task === "write" ? write(job.updates, job.format) : make(job)
}

function write(updates: readonly Uint8Array[], format: DocumentFormat): WrittenDocument {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  // Before any root is given a type below: as it was stored.
  const whole = Y.encodeStateAsUpdate(doc)
  const title = doc.getText("title").toJSON()
  return { title, bytes: format === "update" ? whole : new TextEncoder().encode(textOf(doc, title, format)) }
}

type Content = ReturnType<typeof readDocument>

function textOf(doc: Y.Doc, title: string, format: Exclude<DocumentFormat, "update">): string {
  const content = contentOf(doc)
  switch (format) {
    case "markdown":
      return toMarkdown(content, { title })
    case "html":
      return toHtml(content)
    case "text":
      return title === "" ? toText(content) : `${title}\n\n${toText(content)}`
    case "json":
      return JSON.stringify({ title, document: content.toJSON() })
    default:
      return format satisfies never
  }
}

/** Ligature's own layout, or that of the first root in which another editor keeps XML. */
function contentOf(doc: Y.Doc): Content {
  if (doc.getText("flow").length > 0) return readDocument(doc)
  for (const [name, type] of doc.share) {
    // Roots that nobody asked for by name have no type yet, whatever is in them.
    if (type.constructor !== Y.AbstractType) continue
    const fragment = doc.getXmlFragment(name)
    if (fragment.toArray().some((child) => child instanceof Y.XmlElement)) return fromXml(fragment).document
  }
  return readDocument(doc)
}

function make({ text, format, title }: Extract<DocumentJob, { task: "make" }>): WrittenDocument {
  const content = format === "markdown" ? fromMarkdown(text) : fromHtml(text)
  const taken = title === null ? takeTitle(content) : { title, document: content }
  return { title: taken.title, bytes: documentUpdate(taken.document, { title: taken.title }) }
}
