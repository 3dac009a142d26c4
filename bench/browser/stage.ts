import type { Browser, BrowserContext, CDPSession, Page } from "@playwright/test"
import { setTimeout as sleep } from "node:timers/promises"
import { StaticHost } from "../../e2e/fixtures/static-host.ts"
import { LIGATURE, startContestant, type RunningServer } from "../contestants.ts"
import { paragraphs, sizeOf } from "./paragraphs.ts"

const DEADLINE_MS = 120_000
const ANSWER_DEADLINE_MS = 5_000

/** How the people of a stage get to a document. */
interface Entrance {
  /** Of the page that shows a document. */
  addressOf(document: WrittenDocument): string
  /** What the page runs before anything of its own. */
  readonly script: string | null
  close(): Promise<void>
}

/** A Ligature server of its own, pages that show its documents, and a browser to open them in as one person after another. */
export class Stage implements AsyncDisposable {
  readonly #browser: Browser
  readonly #server: RunningServer
  readonly #entrance: Entrance
  readonly #written = new Map<number, Promise<WrittenDocument>>()
  #documents = 0

  private constructor(browser: Browser, server: RunningServer, entrance: Entrance) {
    this.#browser = browser
    this.#server = server
    this.#entrance = entrance
  }

  /** The page of an editor, on an origin of its own. @param page its folder, built; @param data an absent folder for the server */
  static async set(browser: Browser, page: string, data: string): Promise<Stage> {
    const host = await StaticHost.of(page)
    const server = await startContestant(LIGATURE, data, { flags: ["--allow-origin", host.origin] })
    return new Stage(browser, server, {
      addressOf({ name, size }) {
        const query = new URLSearchParams({ server: originOf(server), document: name, size: String(size) })
        return `${host.origin}/?${query}`
      },
      script: null,
      close: () => host.close(),
    })
  }

  /** The app that the server itself serves. @param script what its pages run first */
  static async setInApp(browser: Browser, script: string, data: string): Promise<Stage> {
    const server = await startContestant(LIGATURE, data)
    return new Stage(browser, server, {
      addressOf: ({ name, size }) => `${originOf(server)}/d/${name}?size=${size}`,
      script,
      close: async () => undefined,
    })
  }

  /** Where the documents are for a stock provider outside the browser. */
  get sync(): string {
    return this.#server.address
  }

  /** A new document of so many paragraphs, written through the editor under test by somebody who then leaves. */
  async write(count: number): Promise<WrittenDocument> {
    const texts = paragraphs(count)
    this.#documents += 1
    // As long as the names that the app makes: it takes others for links that have lost their end.
    const empty = { name: `document-${this.#documents}`.padEnd(22, "-"), size: 0 }
    const author = await this.open(empty)
    await author.page.evaluate((given) => globalThis.bench?.fill(given), texts)
    const document = { name: empty.name, size: sizeOf(texts) }
    await author.until((size) => globalThis.bench?.isReady(size) === true && globalThis.bench.isSent(), document.size)
    await author.close()
    return document
  }

  /** The same, for those who change nothing in it: one for all of them. */
  async written(count: number): Promise<WrittenDocument> {
    const written = this.#written.get(count) ?? this.write(count)
    this.#written.set(count, written)
    return written
  }

  /** One more person opens a document, in a browser that has never seen it; resolves when it can be edited. */
  async open(document: WrittenDocument): Promise<Person> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 } })
    if (this.#entrance.script !== null) await context.addInitScript(this.#entrance.script)
    return this.openIn(context, document)
  }

  /** The same in a browser that is there already. */
  async openIn(context: BrowserContext, document: WrittenDocument): Promise<Person> {
    const page = await context.newPage()
    const person = new Person(page, await context.newCDPSession(page))
    await page.goto(this.#entrance.addressOf(document))
    await person.until(() => (globalThis.bench?.openedAfter ?? null) !== null, null)
    return person
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#entrance.close()
    await this.#server.stop()
  }
}

function originOf(server: RunningServer): string {
  return server.address.replace("ws:", "http:").replace(/\/sync\/$/, "")
}

export interface WrittenDocument {
  readonly name: string
  readonly size: number
}

interface PageRecord {
  readonly keydowns: readonly number[]
  readonly painted: Readonly<Record<string, readonly number[]>>
}

/** Somebody with the page open. */
export class Person {
  readonly page: Page
  readonly tools: CDPSession
  readonly #mishaps: Error[] = []

  constructor(page: Page, tools: CDPSession) {
    this.page = page
    this.tools = tools
    page.on("pageerror", (error) => this.#mishaps.push(error))
  }

  /** Puts the caret into the middle paragraph, by a click. */
  async goToMiddle(): Promise<void> {
    const middle = await this.page.evaluate(() => globalThis.bench?.middle())
    if (middle === undefined) throw new TypeError("the page has no editor")
    await this.page.mouse.click(middle.x, middle.y)
    // Scrolling there and drawing what came into view is not part of any figure.
    await sleep(SETTLING_MS)
  }

  /** A real key press, as the system would send it. Resolves when the page has taken it. */
  async press(letter: string): Promise<void> {
    await this.tools.send("Input.dispatchKeyEvent", { type: "keyDown", key: letter, text: letter })
    await this.tools.send("Input.dispatchKeyEvent", { type: "keyUp", key: letter })
  }

  /** Resolves when so many of a letter have been painted here. */
  async sees(letter: string, count: number): Promise<void> {
    await this.until(([what, wanted]) => (globalThis.bench?.painted[what]?.length ?? 0) >= wanted, [
      letter,
      count,
    ] as const)
  }

  /** When keys came and when letters were painted, epoch milliseconds. Empty if the page is too busy to answer. */
  async record(): Promise<PageRecord> {
    const answer = this.page.evaluate(() => {
      return { keydowns: globalThis.bench?.keydowns ?? [], painted: globalThis.bench?.painted ?? {} }
    })
    const none: PageRecord = { keydowns: [], painted: {} }
    return Promise.race([answer, sleep(ANSWER_DEADLINE_MS, none, { ref: false })])
  }

  /** Milliseconds from the navigation to a page that is in sync, editable and painted. */
  async openedAfter(): Promise<number> {
    return (await this.page.evaluate(() => globalThis.bench?.openedAfter)) ?? Number.NaN
  }

  /** Milliseconds from the navigation to painted text, that of a picture included. */
  async textAfter(): Promise<number> {
    return (await this.page.evaluate(() => globalThis.bench?.textAfter)) ?? Number.NaN
  }

  /** How long the page's main thread has worked so far: its own time, in which nobody else had the processor. */
  async busySeconds(): Promise<number> {
    await this.tools.send("Performance.enable", { timeDomain: "threadTicks" })
    const { metrics } = await this.tools.send("Performance.getMetrics")
    return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN
  }

  async heapBytes(): Promise<number> {
    await this.tools.send("HeapProfiler.collectGarbage")
    return (await this.tools.send("Runtime.getHeapUsage")).usedSize
  }

  /** Resolves when a condition holds in the page; fails with the page's own error if it has one. */
  async until<Given>(condition: (given: Given) => boolean, given: Given): Promise<void> {
    const end = performance.now() + DEADLINE_MS
    // The function travels as text: what it needs has to come with it.
    const expression = `(${condition.toString()})(${JSON.stringify(given)})`
    while (!(await this.page.evaluate<boolean>(expression))) {
      const [mishap] = this.#mishaps
      if (mishap !== undefined) throw mishap
      if (performance.now() > end) throw new Error(`not so within ${DEADLINE_MS} ms: ${expression}`)
      await sleep(20)
    }
  }

  /** Resolves when the app itself is kept in this browser: from then on it comes from there. */
  async isKept(): Promise<void> {
    await this.page.evaluate(async () => void (await navigator.serviceWorker.ready))
  }

  /** Closes the page as a person does, and leaves the browser as it is. */
  async leave(): Promise<BrowserContext> {
    const context = this.page.context()
    await this.page.goto("about:blank")
    await this.page.close()
    return context
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}

const SETTLING_MS = 300
