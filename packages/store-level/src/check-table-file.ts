import { maskedCrc32c } from "./crc32c.ts"
import { Damage } from "./sealed-value.ts"
import { decompressSnappy } from "./snappy.ts"

// A table of LevelDB (google/leveldb, doc/table_format.md): data blocks, a filter block, the metaindex block, the index
// block, a footer. Behind each block stand one byte for its compression and a checksum. LevelDB reads without comparing
// it here, and a wrong byte can end the whole process; so `check` compares every one of them before LevelDB sees the file.

/** Checks that every byte of a table lies in a block with a good checksum, or in a well-formed footer. Throws Damage. */
export function checkTable(file: Buffer): void {
  const { metaindex, index } = readFooter(file)
  const blocks = [
    ...readHandles(readBlock(file, index)),
    ...readHandles(readBlock(file, metaindex)),
    metaindex,
    index,
  ].toSorted((a, b) => a.offset - b.offset)
  let end = 0
  for (const block of blocks) {
    if (block.offset !== end) throw new Damage(`no block begins at byte ${end}`)
    checkBlock(file, block)
    end = block.offset + block.size + TRAILER_BYTES
  }
  if (end !== file.length - FOOTER_BYTES) throw new Damage(`no block begins at byte ${end}`)
}

const TRAILER_BYTES = 5
const FOOTER_BYTES = 48
/** 0xdb4775248b80fb57, little-endian, in the last 8 bytes. */
const MAGIC: Buffer = Buffer.from("57fb808b247547db", "hex")
const UNCOMPRESSED = 0
const SNAPPY = 1

interface BlockHandle {
  readonly offset: number
  /** Without the trailer. */
  readonly size: number
}

function readFooter(file: Buffer): { metaindex: BlockHandle; index: BlockHandle } {
  const footer = file.subarray(Math.max(0, file.length - FOOTER_BYTES))
  if (footer.length < FOOTER_BYTES || !footer.subarray(-MAGIC.length).equals(MAGIC)) {
    throw new Damage("the end is missing or is no end of a table")
  }
  const varints = new Varints(footer.subarray(0, -MAGIC.length))
  const metaindex = varints.handle()
  const index = varints.handle()
  if (varints.rest().some((byte) => byte !== 0)) throw new Damage("the footer holds what does not belong there")
  return { metaindex, index }
}

function checkBlock(file: Buffer, { offset, size }: BlockHandle): Buffer {
  const end = offset + size
  if (end + TRAILER_BYTES > file.length - FOOTER_BYTES) throw new Damage(`the block at byte ${offset} is cut short`)
  const checked = file.subarray(offset, end + 1)
  if (maskedCrc32c(checked) !== file.readUInt32LE(end + 1)) {
    throw new Damage(`the block at byte ${offset} fails its checksum`)
  }
  return checked
}

function readBlock(file: Buffer, handle: BlockHandle): Uint8Array {
  const checked = checkBlock(file, handle)
  const content = checked.subarray(0, -1)
  const compression = checked.at(-1)
  if (compression === UNCOMPRESSED) return content
  if (compression === SNAPPY) return decompressSnappy(content)
  throw new Damage(`the block at byte ${handle.offset} has the unknown compression ${compression}`)
}

/** The values of an index or metaindex block: where other blocks are. */
function readHandles(block: Uint8Array): BlockHandle[] {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  const restarts = bytes.length < 4 ? -1 : bytes.length - 4 * (1 + bytes.readUInt32LE(bytes.length - 4))
  if (restarts < 0) throw new Damage("an index has no end")
  const handles: BlockHandle[] = []
  const varints = new Varints(bytes.subarray(0, restarts))
  while (varints.rest().length > 0) {
    // How much of the key before it a key shares: nothing here needs the keys.
    varints.next()
    const keyBytes = varints.next()
    const valueBytes = varints.next()
    varints.take(keyBytes)
    handles.push(new Varints(varints.take(valueBytes)).handle())
  }
  return handles
}

class Varints {
  #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  next(): number {
    let value = 0
    for (let n = 0; n < 7; n++) {
      const byte = this.#bytes[n]
      if (byte === undefined) break
      // Nobody writes a longer form than there has to be; with a flipped bit it could give the same number.
      if (byte === 0 && n > 0) break
      value += (byte & 127) * 2 ** (7 * n)
      if (byte < 128) {
        this.#bytes = this.#bytes.subarray(n + 1)
        return value
      }
    }
    throw new Damage("a number is written as LevelDB never writes it")
  }

  handle(): BlockHandle {
    const offset = this.next()
    return { offset, size: this.next() }
  }

  take(count: number): Buffer {
    if (count > this.#bytes.length) throw new Damage("an index entry is cut short")
    const taken = this.#bytes.subarray(0, count)
    this.#bytes = this.#bytes.subarray(count)
    return taken
  }

  rest(): Buffer {
    return this.#bytes
  }
}
