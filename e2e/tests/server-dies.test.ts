import { expect, test } from "../fixtures/test.ts"

test("the server is killed under two writers and nothing that showed as saved is missing", async ({
  alice,
  bob,
  server,
  person,
}) => {
  const document = await alice.createDocument()
  await alice.type("(the middle)")
  await bob.openDocument(document)
  await bob.sees("(the middle)")
  for (const round of ["one", "two", "three"]) {
    await alice.type(`saved-${round} `, "start")
    await alice.isTold("Saved")
    const typing = [alice.type(`alice-${round} `, "start"), bob.type(` bob-${round}`, "end")]
    await server.kill()
    await Promise.all(typing)
    await server.start()
    await alice.isTold("Saved")
    await bob.isTold("Saved")
  }
  const words = ["one", "two", "three"].flatMap((round) => [`saved-${round} `, `alice-${round} `, ` bob-${round}`])
  for (const word of words) {
    await alice.sees(word)
    await bob.sees(word)
  }
  expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())

  const carol = await person("carol")
  await carol.openDocument(document)
  await expect(carol.editor).toHaveText(await alice.editor.innerText())
})

test("a load that fails does not look like an empty document", async ({ alice, bob, server }) => {
  const document = await alice.createDocument()
  await alice.type("Still here?")
  await alice.isTold("Saved")
  await alice.closeBrowser()
  await server.stop()
  await server.damage(decodeURIComponent(document.replace("/d/", "")))
  await server.start()

  await bob.openDocument(document)
  await expect(bob.page.getByText(/could not be opened|cannot be opened/i)).toBeVisible()
  await expect(bob.page.locator("[contenteditable=true]")).toHaveCount(0)
})
