import { expect, test } from "../fixtures/test.ts"

test("everything is selected and deleted, the browser forgets it, and it comes back as a copy", async ({
  alice,
  bob,
}) => {
  const document = await alice.createDocument()
  await alice.title.fill("Minutes of May")
  await alice.type("What was decided in the whole year, with all the names and dates.")
  await alice.isTold("Saved")
  await alice.editor.focus()
  await alice.page.keyboard.press("ControlOrMeta+a")
  await alice.page.keyboard.press("Delete")
  await expect(alice.editor).not.toContainText("decided")
  await alice.isTold("Saved")

  await bob.openDocument(document)
  await bob.canWrite()
  await expect(bob.editor).not.toContainText("decided")
  await bob.page.getByRole("button", { name: "More" }).click()
  await bob.page.getByRole("button", { name: "Restore a copy" }).click()
  const dialog = bob.page.getByRole("dialog", { name: "Restore a copy" })
  await dialog.getByRole("radio", { name: /Before much was deleted/ }).check()
  await expect(dialog.getByRole("region", { name: "What was here then" })).toContainText("with all the names and dates")
  await dialog.getByRole("button", { name: "Make a copy of this version" }).click()

  await expect(bob.page).not.toHaveURL(new RegExp(document))
  await bob.sees("What was decided in the whole year, with all the names and dates.")
  await expect(bob.title).toHaveValue("Minutes of May")
  await bob.type(" And it goes on.")
  await bob.isTold("Saved")
  // Nobody's present words were touched by going back.
  await expect(alice.editor).not.toContainText("decided")
})

test("a document that is as it was has nothing to go back to, and offline the dialog says so", async ({ alice }) => {
  await alice.createDocument()
  await alice.type("The first words")
  await alice.isTold("Saved")
  const openDialog = async () => {
    await alice.page.getByRole("button", { name: "More" }).click()
    await alice.page.getByRole("button", { name: "Restore a copy" }).click()
    return alice.page.getByRole("dialog", { name: "Restore a copy" })
  }
  const dialog = await openDialog()
  await expect(dialog.getByText("There is nothing to go back to yet")).toBeVisible()
  await dialog.getByRole("button", { name: "Close" }).click()
  await alice.goOffline()
  await openDialog()
  await expect(dialog.getByRole("alert")).toContainText("cannot be asked right now")
})
