import { PALETTE, type User } from "@ligature/embed/people"
import { useSyncExternalStore } from "react"
import { readSetting, writeSetting } from "../browser-storage.ts"

/** Whoever uses this browser, as the others see them. There are no accounts: the first visit makes up a friendly name. */
export interface Me extends User {
  readonly id: string
  /** False until they have chosen the name themselves. */
  readonly chosen: boolean
}

export function useMe(): readonly [Me, (name: string, color: string) => void] {
  return [useSyncExternalStore(listen, me), introduce]
}

/** @param random gives numbers from 0 up to 1 */
export function friendlyName(random: () => number): string {
  return `${pick(ADJECTIVES, random)} ${pick(ANIMALS, random)}`
}

/** Reads what an earlier visit kept; null when there is nothing or it cannot be used. */
export function parseMe(text: string | null): Me | null {
  if (text === null) return null
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept !== "object" || kept === null) return null
    const { name, color, id, chosen } = kept as Partial<Record<keyof Me, unknown>>
    if (typeof name !== "string" || name.trim() === "" || typeof id !== "string" || id === "") return null
    if (typeof color !== "string" || !/^#[0-9a-f]{6}$/.test(color)) return null
    return { name, color, id, chosen: chosen === true }
  } catch {
    return null
  }
}

const ADJECTIVES =
  "Amber Brisk Calm Clever Cosy Curious Eager Gentle Golden Happy Hazel Jolly Kind Lively Lucky Mellow Merry Nimble Patient Plucky Quick Quiet Silver Sunny Swift Tidy Warm Wise Witty".split(
    " ",
  )
const ANIMALS =
  "Badger Beaver Crane Curlew Dolphin Dormouse Falcon Finch Fox Gecko Hare Hedgehog Heron Ibex Kestrel Kingfisher Lark Lynx Magpie Marten Mole Otter Owl Puffin Raven Robin Seal Sparrow Stork Swallow Tern Wren".split(
    " ",
  )

function pick<T>(from: readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new RangeError("random() must give a number from 0 up to 1")
  return picked
}

/** The last text read and what it meant: React wants the same object for the same state. */
let known: { readonly text: string; readonly me: Me } | null = null

function me(): Me {
  const text = readSetting("me")
  if (known !== null && known.text === text) return known.me
  return keep(
    parseMe(text) ?? {
      name: friendlyName(Math.random),
      color: pick(PALETTE, Math.random),
      id: crypto.getRandomValues(new Uint32Array(4)).join("-"),
      chosen: false,
    },
  )
}

function introduce(name: string, color: string): void {
  keep({ ...me(), name: name.trim(), color, chosen: true })
  for (const listener of listeners) listener()
}

function keep(next: Me): Me {
  const text = JSON.stringify(next)
  writeSetting("me", text)
  known = { text, me: next }
  return next
}

const listeners = new Set<() => void>()

function listen(listener: () => void): () => void {
  listeners.add(listener)
  globalThis.addEventListener("storage", listener)
  return () => {
    listeners.delete(listener)
    globalThis.removeEventListener("storage", listener)
  }
}
