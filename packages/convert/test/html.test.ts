import { schema } from "@ligature/schema"
import { seededRandom } from "@ligature/testing"
import { Window } from "happy-dom"
import { describe, expect, test } from "vitest"
import { fromHtml, fromMarkdown, toHtml } from "../src/index.ts"
import { randomDocument } from "./random-document.ts"

describe("what is written", () => {
  test("real headings, lists, quotes and code, without ids or styles", () => {
    const document = fromMarkdown("# Plan\n\n- a\n  1. **b**\n- [x] c\n\n> d\n\n```ts\ne < f\n```\n\n---\n")
    expect(toHtml(document)).toBe(
      "<h1>Plan</h1><ul><li>a<ol><li><strong>b</strong></li></ol></li></ul>" +
        '<ul><li><input checked disabled type="checkbox">c</li></ul>' +
        '<blockquote><p>d</p></blockquote><pre><code class="language-ts">e &lt; f</code></pre><hr>',
    )
  })

  test("everything that people wrote is escaped", () => {
    const hostile = `<script>alert("1")</script> & 'quotes' "quotes"`
    const link = schema.marks.link.create({ href: 'https://example.com/"onclick="alert(1)' })
    const unsafe = schema.marks.link.create({ href: "javascript:alert(1)" })
    const unknown = schema.marks.unsupported.create({ name: '"><img src=x onerror=alert(1)>', value: "</span>" })
    const document = schema.nodes.doc.create(null, [
      schema.nodes.block.create({ kind: '"><script>', language: '"x' }, [
        schema.text(hostile),
        schema.text("a", [link]),
        schema.text("b", [unsafe]),
        schema.text("c", [unknown]),
      ]),
      schema.nodes.block.create({ kind: "code" }, schema.text("</code></pre><script>")),
    ])
    const html = toHtml(document)
    const { document: page } = new Window()
    page.body.innerHTML = html
    expect(page.querySelector("script, img")).toBe(null)
    for (const element of page.querySelectorAll("*"))
      for (const { name } of element.attributes) expect(name).toMatch(/^(href|title|data-[a-z-]+)$/)
    expect(html).not.toContain("javascript:")
    expect(fromHtml(html).textContent).toContain(hostile)
  })

  test("an empty document", () => {
    expect(fromHtml(toHtml(fromMarkdown(""))).eq(fromMarkdown(""))).toBe(true)
  })
})

describe("what is read", () => {
  test("nested lists, tasks, quotes and code become flat blocks", () => {
    const document = fromHtml(
      "<h4>a</h4><ul><li>b<ul><li><input type=checkbox checked> c</ul><ol start=4><li>d</ol><blockquote>e</blockquote>" +
        "<pre><code class=language-ts>f\n\tg</code></pre><hr>h<br>i",
    )
    expect(document.toString()).toBe(
      'doc(block("a"), block("b"), block("c"), block("d"), block("e"), block("f\\n\\tg"), block, block("h", hard_break, "i"))',
    )
    expect(document.children.map(({ attrs }) => attrs["kind"])).toEqual([
      "heading",
      ...Array.from({ length: 4 }, () => "paragraph"),
      "code",
      "rule",
      "paragraph",
    ])
  })

  test("scripts, styles and unsafe addresses stay out", () => {
    const document = fromHtml(
      "<style>p{}</style><p onclick=x>a<script>b</script><a href=javascript:c>d</a><iframe srcdoc=e></iframe>",
    )
    expect(document.textContent).toBe("ad")
    document.descendants((node) => {
      expect(node.marks).toEqual([])
    })
  })

  test.each([
    ["very deep formats", "<b><i>".repeat(20_000)],
    ["very deep lists", "<ul><li>".repeat(20_000)],
    ["very deep boxes with text at every depth", "<div>a".repeat(5000)],
    ["tags that never end", "<p title='".repeat(10_000)],
    ["a comment that never ends", `<!--${"x".repeat(1_000_000)}`],
    ["a megabyte in one line", "x".repeat(1_000_000)],
    ["many empty elements", "<p></p>".repeat(5000)],
  ])("%s are read", (_, html) => {
    const document = fromHtml(`<p>start</p>${html}`)
    document.check()
    expect(document.firstChild?.textContent).toBe("start")
  })

  test("text at every depth is kept, in order", () => {
    const document = fromHtml(`${"<span>a".repeat(2000)}b${"</span>c".repeat(2000)}`)
    expect(document.textContent).toBe(`${"a".repeat(2000)}b${"c".repeat(2000)}`)
  })

  test("a DOM made elsewhere is read as well", () => {
    const window = new Window()
    const parse = (html: string): Document => {
      const dom: unknown = new window.DOMParser().parseFromString(html, "text/html")
      if (!isDocument(dom)) throw new TypeError("no document")
      return dom
    }
    const html = "<h1>a</h1><ul><li><b>b</b></li></ul>"
    expect(fromHtml(html, { parse }).eq(fromHtml(html))).toBe(true)
  })
})

describe("words survive a trip through HTML", () => {
  for (let seed = 1; seed <= 200; seed++) {
    test(`seed ${seed}`, () => {
      const document = randomDocument(seededRandom(seed))
      const read = fromHtml(toHtml(document))
      expect(words(read.textContent)).toBe(words(document.textContent))
    })
  }
})

/** Without white space, and without the names that unsupported things show. */
function words(text: string): string {
  return text.replaceAll(/[\s\0\uFFFD]|formula/g, "")
}

/** happy-dom's own types are not the browser's. */
function isDocument(dom: unknown): dom is Document {
  return typeof dom === "object" && dom !== null && "body" in dom
}
