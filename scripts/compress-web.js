// Puts a Brotli and a gzip file beside each file of the built web app that is worth it: the server sends them as they are.
import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { brotliCompress, constants, gzip } from "node:zlib"

/** Images and typefaces are compressed already. */
const TEXTS = /\.(js|css|html|svg|webmanifest)$/
/** What fits one packet does not arrive sooner. */
const SMALLEST = 1024

/**
 * @param {string} folder of the built web app
 * @returns {Promise<void>}
 */
export async function compressWeb(folder) {
  const names = await readdir(folder, { recursive: true })
  for (const name of names.filter((file) => TEXTS.test(file))) {
    const path = join(folder, name)
    const bytes = await readFile(path)
    if (bytes.length < SMALLEST) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
    await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }))
    await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }))
  }
}
