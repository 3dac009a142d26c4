import { expect, test } from "../fixtures/test.ts"

test("words that are kept nowhere: the page says so, warns before it is left and offers a copy", async ({ alice }) => {
  const { page } = alice
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException("the disk is broken", "UnknownError")
    }
  })
  await alice.createDocument()
  await alice.type("On the server.")
  await alice.isTold("Saved")
  await alice.goOffline()
  await alice.isTold("Offline")
  await alice.type(" Nowhere.")
  await alice.isTold("Not kept anywhere")
  const notice = page.getByRole("alert", { name: "Notice" })
  await expect(notice).toContainText("Your last changes are not kept anywhere.")
  const download = page.waitForEvent("download")
  await notice.getByRole("button", { name: "Save a copy as a file" }).click()
  expect((await (await (await download).createReadStream()).toArray()).join("")).toContain("On the server. Nowhere.")

  const asked: string[] = []
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type())
    await dialog.dismiss()
  })
  await page.getByRole("link", { name: "Your documents" }).click()
  await expect.poll(() => asked).toEqual(["confirm"])
  await page.close({ runBeforeUnload: true })
  await expect.poll(() => asked).toEqual(["confirm", "beforeunload"])
  await alice.sees("On the server. Nowhere.")

  await alice.goOnline()
  await alice.isTold("Saved")
  await expect(notice).toBeHidden()
})

for (const { code, says } of [
  { code: 4404, says: /does not exist|removed|no such/i },
  { code: 4403, says: /not allowed|no longer|access/i },
]) {
  test(`a document that the server closes for good (${code}) moves to a new one with every word`, async ({
    alice,
    bob,
  }) => {
    const { page } = alice
    const document = await alice.createDocument()
    await alice.title.fill("Minutes")
    await alice.type("All of it.")
    await alice.isTold("Saved")
    let isClosed = true
    await page.routeWebSocket(/\/sync\//, (socket) => {
      if (isClosed && socket.url().includes(document.replace("/d/", ""))) void socket.close({ code })
      else socket.connectToServer()
    })
    await page.reload()
    const notice = page.getByRole("complementary", { name: "Notice" })
    await expect(notice).toContainText(says)
    await expect(alice.editor).toHaveAttribute("contenteditable", "false")
    await alice.sees("All of it.")
    await notice.getByRole("button", { name: /new document/i }).click()
    await expect(page).not.toHaveURL(new RegExp(document))
    await alice.canWrite()
    await alice.type(" And on.")
    await alice.isTold("Saved")
    isClosed = false
    await bob.openDocument(new URL(page.url()).pathname)
    await bob.sees("All of it. And on.")
    await expect(bob.title).toHaveValue("Minutes")
  })
}

test("the status line is true while the network goes and comes", async ({ alice }) => {
  const document = await alice.createDocument()
  await alice.type("Sent.")
  await alice.isTold("Saved")
  await alice.canOpenOffline()
  // The browser says that it is offline; its open socket does not notice.
  await alice.page.context().setOffline(true)
  await alice.type(" Not sent.")
  await alice.isTold(/^Offline, \d+ changes kept on this device$/, 5_000)
  await alice.page.context().setOffline(false)
  await alice.isTold("Saved")

  // The network swallows everything: no attempt is answered, none fails.
  await alice.goOffline()
  await alice.type(" Kept.")
  await alice.isTold(/kept on this device/)
  const told: string[] = []
  await alice.page.exposeFunction("told", (text: string) => told.push(text))
  const content = `
    const look = () => told(document.querySelector("output")?.textContent ?? "")
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true })`
  await alice.page.addInitScript({ content })
  await alice.page.reload()
  await alice.sees("Not sent. Kept.")
  await alice.isTold(/kept on this device/)
  expect(told.filter((text) => /Saving|Saved/.test(text))).toEqual([])
  await alice.goOnline()
  await alice.isTold("Saved")
  expect(new URL(alice.page.url()).pathname).toBe(document)
})
