import { renderToString } from "react-dom/server"
import { expect, test } from "vitest"
import { LigatureEditor } from "../src/index.ts"

test("a server that renders pages gets an empty element, and needs no browser for it", () => {
  expect("window" in globalThis).toBe(false)
  const html = renderToString(<LigatureEditor url="https://ligature.test" document="plan" className="mine" />)
  expect(html).toBe('<div class="mine"></div>')
})
