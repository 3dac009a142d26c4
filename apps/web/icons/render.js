// Renders the PNG icons from public/icons/ligature.svg: `CHROMIUM_PATH=/usr/bin/chromium node apps/web/icons/render.js`. The results are committed.
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { chromium } from "@playwright/test"

const folder = new URL("../public/icons/", import.meta.url)
const svg = await readFile(new URL("ligature.svg", folder), "utf8")
/** Systems that cut their own shape out of an icon keep only the middle four fifths of it. */
const maskable = svg.replace('rx="15"', "").replace("<svg ", '<svg style="background:#0c6a63;padding:12%" ')
/** The home screen of iOS rounds the corners itself. */
const square = svg.replace('rx="15"', "")

const browser = await chromium.launch({
  ...(process.env["CHROMIUM_PATH"] === undefined ? {} : { executablePath: process.env["CHROMIUM_PATH"] }),
  args: ["--no-sandbox"],
})
try {
  await render(svg, 192, "ligature-192.png")
  await render(svg, 512, "ligature-512.png")
  await render(maskable, 512, "ligature-maskable-512.png")
  await render(square, 180, "apple-touch-icon.png")
} finally {
  await browser.close()
}

/**
 * @param {string} source
 * @param {number} size in pixels
 * @param {string} name
 */
async function render(source, size, name) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(
    `<style>*{margin:0;box-sizing:border-box}svg{display:block;width:${size}px;height:${size}px}</style>${source}`,
  )
  await page.screenshot({ path: fileURLToPath(new URL(name, folder)), omitBackground: true })
  await page.close()
}
