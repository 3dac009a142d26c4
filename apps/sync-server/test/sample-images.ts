/** The smallest whole images of each kind, or the beginning of one of any size where only that is looked at. */
export const SAMPLE_IMAGES = {
  png: png(3, 2),
  jpg: jpg(5, 4),
  gif: Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64"),
  webp: Buffer.from("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA", "base64"),
  avif: avif(7, 6),
  svg: Buffer.from(`<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
} as const

/** The signature and the first chunk (PNG specification, 5.6). */
export function png(width: number, height: number): Buffer {
  const header = Buffer.from("89504e470d0a1a0a0000000d49484452000000000000000008060000000000000000", "hex")
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  return Buffer.concat([header, Buffer.from("0000000049454e44ae426082", "hex")])
}

/** A JFIF header and a start of frame (ITU T.81, B.2.2). */
function jpg(width: number, height: number): Buffer {
  const frame = Buffer.from("ffc0001108000000000301220002110103110100", "hex")
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([
    Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"),
    frame,
    Buffer.from("ffd9", "hex"),
  ])
}

/** The boxes that say an image's size (ISO 14496-12; AV1 Image File Format). */
function avif(width: number, height: number): Buffer {
  const size = Buffer.alloc(12)
  size.writeUInt32BE(width, 4)
  size.writeUInt32BE(height, 8)
  const properties = box("iprp", box("ipco", box("ispe", size)))
  return Buffer.concat([
    box("ftyp", Buffer.from("avif\0\0\0\0avifmif1", "latin1")),
    box("meta", Buffer.concat([Buffer.alloc(4), properties])),
  ])
}

function box(name: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.byteLength, 0)
  head.write(name, 4, "latin1")
  return Buffer.concat([head, content])
}
