// @vitest-environment happy-dom
import type { LigatureEmbed } from "@ligature/embed"
import { act, createRef, StrictMode, type ReactNode } from "react"
import { createRoot, type Root } from "react-dom/client"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { LigatureEditor } from "../src/index.ts"
import { UnansweredSocket } from "@ligature/testing"

let root: Root
let page: HTMLElement

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true)
  page = document.createElement("div")
  document.body.append(page)
  root = createRoot(page)
})

afterEach(async () => {
  await act(async () => root.unmount())
  page.remove()
  vi.unstubAllGlobals()
})

const render = (node: ReactNode) => act(async () => root.render(node))
const ada = { name: "Ada", color: "#2563ae" }
const offline = { create: true, localStore: false, WebSocket: UnansweredSocket } as const
const common = { url: "ws://ligature.test", connection: offline }

test("in StrictMode a document is opened once", async () => {
  const opened: LigatureEmbed[] = []
  const ref = (embed: LigatureEmbed | null) => {
    if (embed !== null) opened.push(embed)
  }
  await render(
    <StrictMode>
      <LigatureEditor ref={ref} {...common} document="plan" />
    </StrictMode>,
  )
  expect(opened).toHaveLength(1)
  expect(page.querySelectorAll(".ligature")).toHaveLength(1)
})

test("the ref holds the handle while the document is open, and the callbacks are called", async () => {
  const ref = createRef<LigatureEmbed>()
  const statuses: string[] = []
  const ready: LigatureEmbed[] = []
  await render(
    <LigatureEditor
      ref={ref}
      {...common}
      document="plan"
      className="mine"
      user={ada}
      onStatus={({ state }) => statuses.push(state)}
      onReady={(embed) => ready.push(embed)}
    />,
  )
  const embed = ref.current
  expect(embed?.document.document).toBe("plan")
  await act(async () => embed?.whenReady)
  expect(ready).toEqual([embed])
  expect(statuses).toContain("loading")
  expect(page.querySelector(".mine [role=textbox]")).not.toBeNull()
  await render(null)
  expect(ref.current).toBeNull()
  expect(page.querySelector(".ligature")).toBeNull()
})

test("another user is told to the others, another document is opened", async () => {
  const ref = createRef<LigatureEmbed>()
  await render(<LigatureEditor ref={ref} {...common} document="plan" user={ada} />)
  const first = ref.current
  await render(<LigatureEditor ref={ref} {...common} document="plan" user={{ ...ada, name: "Ada L." }} />)
  expect(ref.current).toBe(first)
  expect(first?.people.current).toMatchObject([{ name: "Ada L." }])
  await render(<LigatureEditor ref={ref} {...common} document="other" user={ada} />)
  expect(ref.current).not.toBe(first)
  expect(ref.current?.document.document).toBe("other")
  expect(page.querySelectorAll(".ligature")).toHaveLength(1)
})

test("new callbacks and objects of the same content do not open anew", async () => {
  const ref = createRef<LigatureEmbed>()
  const heard: string[] = []
  const show = (who: string) =>
    render(
      <LigatureEditor
        ref={ref}
        {...common}
        document="plan"
        user={{ ...ada }}
        connection={{ ...offline }}
        onReady={() => heard.push(who)}
      />,
    )
  await show("first")
  const first = ref.current
  await show("second")
  expect(ref.current).toBe(first)
})
