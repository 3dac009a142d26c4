import { BrokenProxy, type NetworkFault } from "@ligature/testing"
import { expect, test } from "../fixtures/test.ts"

const FAULTS: readonly NetworkFault[] = ["strips-upgrade", "swallows"]

for (const fault of FAULTS) {
  test(`behind a proxy that ${fault}, people write together, and the status says that the way is slow`, async ({
    alice,
    bob,
    server,
  }) => {
    await using proxy = await BrokenProxy.to(() => server.port, fault)
    const document = await alice.createDocument()
    await alice.type("From a good network.")
    await bob.page.goto(proxy.origin + document)
    await bob.sees("From a good network.")
    await bob.type(" From a bad one.")
    await alice.sees("From a good network. From a bad one.")
    await bob.isTold("Saved")
    await bob.page.getByRole("button", { name: "What this status means" }).click()
    await expect(
      bob.page.getByText("Connected the slow way: something between you and the server blocks WebSockets."),
    ).toBeVisible()
    await bob.page.keyboard.press("Escape")

    // What was found out is remembered: the next visit loses no time.
    const before = proxy.seen.length
    await bob.page.reload()
    await bob.sees("From a good network. From a bad one.")
    await bob.type(" Again.")
    await alice.sees("From a bad one. Again.")
    expect(proxy.seen.slice(before)).not.toContain("websocket")
    expect(await alice.editor.innerText()).toBe(await bob.editor.innerText())
  })
}
