import { imageSize } from "image-size"
import { Problem } from "../api/problem.ts"

/** Kinds of images that are taken, by the ending of their file's name, with what browsers are told they are. */
export const IMAGE_TYPES = {
  png: "image/png",
  jpg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
} as const

export type ImageKind = keyof typeof IMAGE_TYPES

export function isImageKind(ending: string): ending is ImageKind {
  return Object.hasOwn(IMAGE_TYPES, ending)
}

export interface SniffedImage {
  readonly kind: ImageKind
  /** In pixels; null for a drawing (SVG), which has no size of its own. */
  readonly width: number | null
  readonly height: number | null
}

/** How much of a file's beginning is enough: a JPEG may have large previews and colour profiles before its size. */
export const SNIFFED_BYTES: number = 512 * 1024

/** A side of 16,384 pixels is the largest that every browser draws; more pixels than this fill a phone's memory once decoded. */
const MAX_SIDE = 16_384
const MAX_PIXELS = 64_000_000

/**
 * What an uploaded file is, told by its content: names and headers are the sender's word.
 *
 * @param start of the file, up to `SNIFFED_BYTES`
 * @throws {Problem} 415 when it is none of the kinds above, 422 when it is damaged or too large to be drawn
 */
export function sniffImage(start: Uint8Array): SniffedImage {
  const kind = kindOf(start)
  if (kind === null) {
    throw new Problem(
      415,
      "not-an-image",
      `This file is no image of a kind that is taken here (${Object.keys(IMAGE_TYPES).join(", ")}).`,
    )
  }
  if (kind === "svg") return { kind, width: null, height: null }
  const { width, height } = sizeOf(start, kind)
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_PIXELS) {
    throw new Problem(
      422,
      "image-too-large",
      `The image has ${width} × ${height} pixels; at most ${MAX_SIDE} a side and ${MAX_PIXELS / 1e6} million in all can be shown everywhere.`,
    )
  }
  return { kind, width, height }
}

function sizeOf(start: Uint8Array, kind: ImageKind): { width: number; height: number } {
  try {
    // A copy of its own: the library reads past the end of a view into what lies behind it in memory.
    const found = imageSize(new Uint8Array(start))
    const isSame = found.type === kind
    if (isSame && found.width > 0 && found.height > 0) return { width: found.width, height: found.height }
  } catch (cause) {
    throw damaged(kind, cause)
  }
  throw damaged(kind, undefined)
}

function damaged(kind: ImageKind, cause: unknown): Problem {
  return new Problem(
    422,
    "damaged-image",
    `The file begins like a ${kind} image but its size cannot be read; it may be damaged or cut short.`,
    { cause },
  )
}

function kindOf(bytes: Uint8Array): ImageKind | null {
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png"
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return "jpg"
  const text = Buffer.from(bytes.subarray(0, 1024)).toString("latin1")
  if (text.startsWith("GIF87a") || text.startsWith("GIF89a")) return "gif"
  if (text.startsWith("RIFF") && text.slice(8, 12) === "WEBP") return "webp"
  if (text.slice(4, 12) === "ftypavif") return "avif"
  // A byte order mark, a prologue, a comment and a document type may come before the drawing.
  if (/^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/.test(text))
    return "svg"
  return null
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte)
}
