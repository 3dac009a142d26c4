import {
  createEditor as createView,
  createToolbar,
  loadLateFeatures,
  returnTo,
  SCHEMA_VERSION,
  type LigatureEditor,
} from "@ligature/editor"
import {
  openDocument,
  type OpenDocument,
  type OpenDocumentOptions,
  type ReadOnlySignal,
  type Status,
} from "@ligature/provider"
import { documentTitle, type DocumentTitle } from "./document-title.ts"
import { drawNotice } from "./draw-notice.ts"
import { drawPeople } from "./draw-people.ts"
import { calmStatus, type StatusSource } from "./calm-status.ts"
import type { Conversion } from "./convert-document.ts"
import { drawStatus } from "./draw-status.ts"
import type { ScreenPlace } from "./first-screen.ts"
import { keepFirstScreen } from "./keep-first-screen.ts"
import { peopleOf, type People, type User } from "./people.ts"
import { saveAs } from "./save-as.ts"

export interface EmbedOptions {
  /** An empty element of the page. The editor lives inside and takes its colours from `--ligature-…` properties. */
  readonly element: HTMLElement
  /** Address of the server: ws(s):// or http(s)://. */
  readonly url: string
  /** Document name: opaque, 1 to 200 bytes. */
  readonly document: string
  /** A token of your application, or how to get one: asked at every connection attempt and before expiry. */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** Who writes here, as the others see them. */
  readonly user?: User | undefined
  /** Shown while the document is empty. */
  readonly placeholder?: string | undefined
  /** Which parts to draw around the text; all by default. Turn off what your page draws itself. */
  readonly parts?: {
    /** An element of your page takes the toolbar there. */
    readonly toolbar?: boolean | HTMLElement
    readonly people?: boolean
    readonly status?: boolean
    /** Why the text can only be read, above it. */
    readonly notice?: boolean
  }
  /** The address of another document on your pages, for the link in one that has moved there. Without it there is no link. */
  readonly linkTo?: ((document: string) => string) | undefined
  /**
   * Names a new document, one that nobody has used. With it, whoever opens a document of another editor is offered to make a Ligature
   * document of it, above the text.
   */
  readonly newDocument?: (() => string | Promise<string>) | undefined
  /** For the connection and the local copy; see @ligature/provider. */
  readonly connection?: Omit<OpenDocumentOptions, "url" | "document" | "token">
}

/** An open document with its editor. */
export interface LigatureEmbed {
  /** The document behind it: Yjs document, awareness, status. */
  readonly document: OpenDocument
  /** The view; null until the document is loaded, because an empty page would be a lie. */
  readonly editor: LigatureEditor | null
  /** Resolves when the text is shown. Never on a failed load: the status says why. */
  readonly whenReady: Promise<LigatureEditor>
  readonly title: DocumentTitle
  readonly people: People
  /** Whether and why the connection lets one only read. What the document itself forbids, the editor says. */
  readonly readOnly: ReadOnlySignal
  readonly status: Status
  /** @returns the way to stop listening */
  onStatus(listener: (status: Status) => void): () => void
  /** The same for a line that people look at: "Saving" stays until nothing has been under way for a moment. */
  readonly calmStatus: StatusSource
  /** Changes name and colour, also for those who are here already. */
  setUser(user: User): void
  /** Puts the caret into the text, as soon as there is one. */
  focus(): void
  /** Scrolls the text to where it stood in a screen that was kept. Nothing happens until it is loaded. */
  returnTo(place: ScreenPlace): boolean
  /** Keeps a picture of what is on the screen now, to be shown at the next opening. Done without asking when the page is hidden or left. */
  keepScreen(): void
  /** The text without its formats, one line a block. Null until it is loaded. */
  text(): string | null
  /** Copies what is here into a new document under another name. Rejects when this device cannot keep the copy. */
  saveAs(document: string): Promise<void>
  /**
   * Makes a new Ligature document, under a name that nobody has used, of one that another editor wrote; this one can then only be read
   * and points to it. Rejects, with everything as it was, when the new one cannot be kept or this one is no such document.
   */
  convertTo(document: string): Promise<Conversion>
  /** Resolves when everything written so far is committed on this device, or the device failed to. */
  flush(): Promise<void>
  /** Takes everything off the page and disconnects. What is unsent stays on this device. */
  destroy(): Promise<void>
}

/** Opens a document and edits it in `element`. Throws TypeError when an option is missing or of the wrong type. */
export function createEditor(options: EmbedOptions): LigatureEmbed {
  checkOptions(options)
  const { element, user, parts = {} } = options
  const connection = { schema: SCHEMA_VERSION, ...options.connection, url: options.url, token: tokenOf(options.token) }
  const document = openDocument({ ...connection, document: options.document })
  // On the way while the document is opened; where it cannot be fetched now, the editor tries again when it is idle.
  if (parts.toolbar !== false) loadLateFeatures().catch(() => undefined)
  if (user !== undefined) document.awareness.setLocalStateField("user", { ...user })
  const people = peopleOf(document.awareness)

  const title = documentTitle(document)

  const frame = drawFrame(element)
  const calm = calmStatus(document)
  const endings: (() => void)[] = [() => frame.root.remove(), () => calm.stop()]
  if (parts.people !== false) endings.push(drawPeople(frame.head, people))
  if (parts.status !== false) endings.push(drawStatus(frame.foot, calm))
  if (parts.notice !== false) endings.push(drawNotice(frame.page, document.readOnly))
  frame.head.hidden = parts.people === false && parts.toolbar !== undefined && parts.toolbar !== true
  frame.foot.hidden = parts.status === false
  // For the list of the documents on this device.
  endings.push(title.onChange((text) => document.keepInfo({ title: text })))

  let editor: LigatureEditor | null = null
  const screenKey = { url: options.url, document: options.document, subject: options.connection?.subject }
  const screens = keepFirstScreen(screenKey, document, { editor: () => editor, title: () => title.current })
  endings.push(() => screens.stop())
  let destroyed: Promise<void> | null = null
  let wantsFocus = false

  const whenReady = document.whenLoaded.then(() => {
    if (destroyed !== null) return new Promise<never>(() => undefined)
    frame.page.textContent = ""
    frame.page.removeAttribute("aria-busy")
    editor = createView({
      element: frame.page,
      doc: document.doc,
      awareness: document.awareness,
      readOnly: document.readOnly,
      placeholder: options.placeholder,
      linkTo: options.linkTo,
    })
    endings.push(() => editor?.destroy())
    if (parts.toolbar !== false) {
      const toolbar = createToolbar(editor)
      if (parts.toolbar instanceof HTMLElement) parts.toolbar.append(toolbar.element)
      else frame.head.prepend(toolbar.element)
      endings.push(() => toolbar.destroy())
    }
    if (options.newDocument !== undefined) offerConversion(editor, options.newDocument)
    if (wantsFocus) editor.focus()
    return editor
  })

  return {
    document,
    get editor() {
      return editor
    },
    whenReady,
    title,
    people,
    readOnly: document.readOnly,
    get status() {
      return document.status
    },
    onStatus: (listener) => document.onStatus(listener),
    calmStatus: calm,
    setUser(next) {
      document.awareness.setLocalStateField("user", { ...next })
    },
    focus() {
      wantsFocus = true
      editor?.focus()
    },
    returnTo(place) {
      return editor === null || returnTo(editor.view, place)
    },
    keepScreen: () => screens.keep(),
    text: () => editor?.view.state.doc.textBetween(0, editor.view.state.doc.content.size, "\n", "\n") ?? null,
    saveAs: (name) => saveAs(document, { ...connection, document: name }),
    convertTo,
    flush: () => document.flush(),
    destroy() {
      destroyed ??= end()
      return destroyed
    },
  }

  async function convertTo(name: string): Promise<Conversion> {
    const layout = editor?.layout
    if (layout?.layout !== "xml") throw new Error("only a document that another editor wrote can be converted")
    const { convertDocument } = await import("./convert-document.ts")
    return convertDocument(document, layout.root, { ...connection, document: name })
  }

  /** As soon as it turns out to be a document of another editor. */
  function offerConversion(made: LigatureEditor, newDocument: () => string | Promise<string>): void {
    const look = async (): Promise<void> => {
      if (made.layout.layout !== "xml") return
      stop()
      const { drawConversion } = await import("./draw-conversion.ts")
      if (destroyed === null) endings.push(drawConversion(frame.page, made, async () => convertTo(await newDocument())))
    }
    const stop = made.onUpdate(() => void look())
    void look()
  }

  async function end(): Promise<void> {
    for (const ending of endings.toReversed()) ending()
    editor = null
    await document.destroy()
  }
}

interface Frame {
  readonly root: HTMLElement
  readonly head: HTMLElement
  readonly page: HTMLElement
  readonly foot: HTMLElement
}

function drawFrame(element: HTMLElement): Frame {
  const part = (name: string, ...children: readonly HTMLElement[]): HTMLElement => {
    const made = element.ownerDocument.createElement("div")
    made.className = name
    made.append(...children)
    return made
  }
  const head = part("ligature-head")
  const page = part("ligature-page", drawSkeleton(element.ownerDocument))
  const foot = part("ligature-foot")
  const root = part("ligature", head, page, foot)
  page.setAttribute("aria-busy", "true")
  element.append(root)
  return { root, head, page, foot }
}

/** Grey lines where the text will be. */
function drawSkeleton(page: Document): HTMLElement {
  const skeleton = page.createElement("div")
  skeleton.className = "ligature-skeleton"
  skeleton.setAttribute("aria-hidden", "true")
  for (let line = 0; line < 5; line += 1) skeleton.append(page.createElement("span"))
  return skeleton
}

function tokenOf(token: EmbedOptions["token"]): OpenDocumentOptions["token"] {
  return typeof token === "string" ? () => token : token
}

/** TypeScript checks this for those who use it; a page of plain JavaScript gets a sentence instead of a riddle. */
function checkOptions({ element, url, document, user }: EmbedOptions): void {
  if (!(element instanceof HTMLElement)) throw new TypeError("element must be an HTML element of the page")
  if (typeof url !== "string" || url === "") throw new TypeError("url must be the address of the server")
  if (typeof document !== "string" || document === "") throw new TypeError("document must be a document name")
  if (user !== undefined && !/^#[0-9a-f]{6}$/i.test(user.color)) {
    throw new TypeError(`user.color must look like #1a2b3c, not ${user.color}`)
  }
}
