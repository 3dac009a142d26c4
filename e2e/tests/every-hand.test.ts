import { isForEverybody } from "../fixtures/for-everybody.ts"
import type { Person } from "../fixtures/person.ts"
import { StockClient } from "../fixtures/stock-client.ts"
import { expect, test } from "../fixtures/test.ts"

test("a document is made, named, written and formatted without a mouse", async ({ alice, bob }) => {
  await alice.goHome()
  const { keyboard } = alice.page
  await tabTo(alice, "New document")
  await keyboard.press("Enter")
  await alice.canWrite()
  await expect(alice.title).toBeFocused()
  await keyboard.type("By hand")
  await keyboard.press("Enter")
  await expect(alice.editor).toBeFocused()
  await keyboard.press("Alt+F10")
  const bold = alice.page.getByRole("button", { name: "Bold" })
  for (let step = 0; step < 20 && !(await isFocused(alice, "Bold")); step++) await keyboard.press("ArrowRight")
  await expect(bold).toBeFocused()
  await keyboard.press("Enter")
  await expect(bold).toHaveAttribute("aria-pressed", "true")
  await keyboard.press("Escape")
  await expect(alice.editor).toBeFocused()
  await keyboard.type("loud")
  await expect(alice.editor.locator("strong")).toHaveText("loud")
  await keyboard.press("ControlOrMeta+b")
  await keyboard.type(" and clear")
  await alice.isTold("Saved")

  // Out of the text: Escape, then Tab, either way.
  await keyboard.press("Escape")
  await tabTo(alice, "Share", "Shift+Tab")
  await keyboard.press("Enter")
  const dialog = alice.page.getByRole("dialog", { name: "Share this document" })
  await expect(dialog).toBeVisible()
  const link = await dialog.getByRole("textbox", { name: "Link for writing" }).inputValue()
  await keyboard.press("Escape")
  await expect(dialog).toBeHidden()
  await expect(alice.page.getByRole("button", { name: "Share" })).toBeFocused()
  await tabTo(alice, "More")
  await keyboard.press("Enter")
  await tabTo(alice, "Keyboard shortcuts")
  await keyboard.press("Enter")
  await expect(alice.page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible()
  await keyboard.press("Escape")
  await expect(alice.page.getByRole("button", { name: "More" })).toBeFocused()
  await bob.openDocument(new URL(link).pathname)
  await bob.sees("loud and clear")
  await tabTo(alice, "Your documents", "Shift+Tab")
  await keyboard.press("Enter")
  await expect(alice.page.getByRole("link", { name: /By hand/ })).toBeVisible()
})

for (const dark of [false, true]) {
  test(`nothing keeps people from any page or dialog, ${dark ? "dark" : "light"}`, async ({ person }) => {
    const alice = await person("alice", { dark })
    const { page } = alice
    await alice.goHome()
    await expect(page.getByRole("heading", { name: "Write together" })).toBeVisible()
    await isForEverybody(alice)
    const document = await alice.createDocument()
    await isForEverybody(alice)
    await alice.paste(
      "<h2>Plan</h2><ul><li>one<ol><li>two</li></ol></li></ul><blockquote>Said</blockquote><pre>code()</pre><p>With <a href='https://example.org'>a link</a> and <code>code</code></p><hr><p>end</p>",
    )
    await alice.type("[] a task")
    const bob = await person("bob")
    await bob.openDocument(document)
    await bob.type(" Bob.")
    await expect(page.locator(".ligature-caret")).toHaveCount(1)
    await isForEverybody(alice)
    const more = page.getByRole("button", { name: "More", exact: true })
    for (const open of [
      () => page.getByRole("button", { name: "Share" }).click(),
      () => page.keyboard.press("ControlOrMeta+/"),
      () => page.getByRole("button", { name: "What this status means" }).click(),
      () => more.click(),
      () => page.getByRole("button", { name: /change name or colour/ }).click(),
    ]) {
      await open()
      await isForEverybody(alice)
      await page.keyboard.press("Escape")
    }
    await alice.editor.focus()
    await page.keyboard.press("ControlOrMeta+k")
    await isForEverybody(alice)
    await page.keyboard.press("Escape")
    await alice.goHome()
    await page.getByRole("button", { name: /Remove/ }).click()
    await isForEverybody(alice)
    await alice.openDocument("/d/nonsense")
    await expect(page.getByRole("link", { name: "Your documents" }).first()).toBeVisible()
    await isForEverybody(alice)
  })
}

test("on a phone the text, the toolbar, sharing and the status are within reach of a thumb", async ({
  person,
  server,
}) => {
  const alice = await person("alice", { width: 390, height: 844, touch: true })
  const { page } = alice
  await alice.goHome()
  await isNoWiderThanThePhone(alice)
  await page.getByRole("button", { name: "New document" }).first().tap()
  await alice.canWrite()
  await alice.title.fill("Averyveryverylongtitlewithoutasinglespaceinitbecausesomepeoplewritelikethat")
  await alice.paste(`<pre>${"x".repeat(400)}</pre><ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li></ul>`)
  await alice.type(`https://example.org/${"long".repeat(40)} `)
  await isNoWiderThanThePhone(alice)

  const toolbar = page.getByRole("toolbar")
  const divider = toolbar.getByRole("button", { name: "Divider" })
  await expect(divider).not.toBeInViewport()
  await toolbar.evaluate((element) => element.scrollTo({ left: element.scrollWidth }))
  await expect(divider).toBeInViewport()
  await divider.tap()
  await expect(alice.editor.locator("hr, [data-kind=rule], .ligature-rule").first()).toBeVisible()
  for (const button of await toolbar.getByRole("button").all()) {
    const box = await button.boundingBox()
    expect(
      Math.min(box?.width ?? 0, box?.height ?? 0),
      (await button.getAttribute("aria-label")) ?? "",
    ).toBeGreaterThanOrEqual(40)
  }

  // Where there is no room for faces, those without one are counted.
  const crowd = ["Ada", "Grace", "Joan"].map((name) => {
    const somebody = new StockClient(server.port, new URL(page.url()).pathname)
    somebody.appearAs(name, "#7c3aed")
    return somebody
  })
  await expect(alice.others).toContainText("+2")
  for (const somebody of crowd) somebody.leave()
  await expect(alice.others.getByRole("listitem")).toHaveCount(1)

  await page.getByRole("button", { name: "What this status means" }).tap()
  await expect(page.getByText("Everything you wrote is stored on the server.")).toBeInViewport({ ratio: 1 })
  await page.keyboard.press("Escape")
  await page.getByRole("button", { name: "Share" }).tap()
  const dialog = page.getByRole("dialog", { name: "Share this document" })
  await expect(dialog).toBeInViewport({ ratio: 0.99 })
  await dialog.getByRole("button", { name: "Copy link for writing" }).tap()
  await expect(dialog.getByText("The link is on your clipboard.")).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url())
  await isNoWiderThanThePhone(alice)
})

async function isNoWiderThanThePhone({ page }: Person): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0)
}

async function isFocused({ page }: Person, name: string): Promise<boolean> {
  return page.evaluate((wanted) => {
    const { activeElement } = document
    const words = activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? ""
    return words.trim() === wanted
  }, name)
}

/** Presses Tab until what has the focus has this name. */
async function tabTo(person: Person, name: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  for (let press = 0; press < 30; press++) {
    await person.page.keyboard.press(key)
    if (await isFocused(person, name)) return
  }
  throw new Error(`Tab never comes to ${name}`)
}
