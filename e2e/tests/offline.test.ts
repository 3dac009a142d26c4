import { expect, test } from "../fixtures/test.ts"

test("one person goes offline, both write, and on return both have both", async ({ alice, bob }) => {
  const document = await alice.createDocument()
  await alice.type("Start.")
  await bob.openDocument(document)
  await bob.sees("Start.")
  await bob.goOffline()
  await bob.isTold("Offline")
  await bob.type(" Bob, in a tunnel.")
  await bob.isTold(/kept on this device/)
  await alice.type(" Alice, at a desk.")
  await bob.goOnline()
  await bob.sees("Alice, at a desk.")
  await alice.sees("Bob, in a tunnel.")
  await bob.isTold("Saved")
  expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())
})

test("the app and its documents open with no network after a cold start of the browser", async ({
  alice,
  bob,
  server,
}) => {
  const document = await alice.createDocument()
  await alice.title.fill("Field notes")
  await alice.type("Seen: one heron.")
  await alice.isTold("Saved")
  await alice.canOpenOffline()
  await alice.closeBrowser()
  await server.stop()

  await alice.startBrowser()
  await alice.goOffline()
  await alice.goHome()
  await alice.page.getByRole("link", { name: /Field notes/ }).click()
  await alice.sees("Seen: one heron.")
  await alice.isTold("Offline")
  await alice.type(" Then two.")
  await alice.isTold(/kept on this device/)
  await alice.closeBrowser()

  await server.start()
  await alice.startBrowser()
  await alice.goOnline()
  await alice.openDocument(document)
  await alice.sees("Seen: one heron. Then two.")
  await alice.isTold("Saved")
  await bob.openDocument(document)
  await bob.sees("Seen: one heron. Then two.")
})

test("a document made offline reaches the server when the network is back", async ({ alice, bob }) => {
  await alice.goHome()
  await alice.canOpenOffline()
  await alice.goOffline()
  await alice.page.reload()
  await alice.page.getByRole("button", { name: "New document" }).first().click()
  await alice.canWrite()
  await alice.type("Written in the woods.")
  await alice.isTold(/kept on this device/)
  const document = new URL(alice.page.url()).pathname
  await alice.goOnline()
  await alice.isTold("Saved")
  await bob.openDocument(document)
  await bob.sees("Written in the woods.")
})

test("changes that were not sent survive a reload", async ({ alice, bob }) => {
  const document = await alice.createDocument()
  await alice.type("Sent.")
  await alice.isTold("Saved")
  await alice.canOpenOffline()
  await alice.goOffline()
  await alice.type(" Not sent.")
  await alice.isTold(/kept on this device/)
  await alice.page.reload()
  await alice.sees("Sent. Not sent.")
  await alice.isTold(/kept on this device/)
  await alice.goOnline()
  await alice.isTold("Saved")
  await bob.openDocument(document)
  await bob.sees("Sent. Not sent.")
})
