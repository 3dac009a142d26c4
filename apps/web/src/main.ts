// The first script to run, and small: it shows what it can of the page while the rest is being loaded.
import { connectEarly } from "@ligature/embed/early-connection"
import { coverPage } from "./first-screen/cover.ts"
import { parseRoute } from "./parse-route.ts"
import { signedInSubject, signIn, takeTokenFromAddress } from "./person/signed-in.ts"
import { reloadWhenFilesAreStale } from "./shell/stale-files.ts"
import "@fontsource-variable/source-serif-4/wght.css"
import "@fontsource-variable/source-serif-4/wght-italic.css"
import "./ui/tokens.css"
import "./ui/base.css"

reloadWhenFilesAreStale()
const token = takeTokenFromAddress()
if (token === null) open()
else void signIn(token).finally(open)

function open(): void {
  const route = parseRoute(location)
  if (route.page === "document") {
    // The server reads the document, and to those who never had it sends it, while the editor is loaded.
    connectEarly({ url: location.origin, document: route.document, subject: signedInSubject() })
    coverPage(route.document)
  }
  void import("./start-app.tsx")
  // Not only when React asks for it, who then also says what is wrong with it.
  if (route.page === "document") import("./document/document-page.tsx").catch(() => undefined)
}
