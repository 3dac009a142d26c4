import { readFile } from "node:fs/promises"
import { describe, expect, test } from "vitest"
import { ARCHIVE_VERSION, RUN_MS } from "../src/archive-segment.ts"
import { FIRST_RETRY_MS, LAST_RETRY_MS, MAX_BATCH_BYTES } from "../src/commit-loop.ts"
import {
  FIRST_COMPACTION_RETRY_MS,
  LAST_COMPACTION_RETRY_MS,
  MAX_CHUNK_BYTES,
  MAX_COMPACTION_BYTES,
  MAX_COMPACTION_HEAP_MB,
  MAX_COMPACTION_MS,
  LONGEST_REST_MS,
  MIN_LOG_BYTES,
  RESTS_PER_COMPACTION,
} from "../src/compactor.ts"
import { archiveKey, checkpointKey, KEY_LETTER, MARKER_KEY, recordKey, TOTALS_KEY } from "../src/keys.ts"
import { PROBE_BYTES } from "../src/level-database.ts"
import { FORMAT_VERSION } from "../src/marker.ts"
import { RECORD_OVERHEAD_BYTES, SHARED_VALUE_BYTES } from "../src/operations.ts"
import { sealRecords, SUMMARY_FIELDS, TOTALS_FIELDS } from "../src/payloads.ts"
import { seal, VALUE_HEADER_BYTES, VALUE_KIND, VALUE_MAGIC, VALUE_VERSION } from "../src/sealed-value.ts"

// What docs/storage.md says, the code does. Changing the bytes on disk means a new format version and a way to read the old one.

const page = await readFile(new URL("../../../docs/storage.md", import.meta.url), "utf8")
const text = page.replaceAll(/\s+/g, " ")

describe("docs/storage.md", () => {
  test("lists every kind of key with its letter", () => {
    const rows = Array.from(page.matchAll(/^\| `(\w)` +\| `(\w+)`/gm), ([, letter, kind]) => [kind, letter])
    expect(Object.fromEntries(rows)).toEqual(KEY_LETTER)
  })

  test("lists every kind of value, and the fields of summary and totals in order", () => {
    const kinds = Object.entries(VALUE_KIND).map(([kind, byte]) => `${byte} ${kind}`)
    expect(text).toContain(`kind: ${kinds.join(", ")} |`)
    expect(text).toContain(`then ${SUMMARY_FIELDS.map((field) => `\`${field}\``).join(", ")}.`)
    expect(text).toContain(`**totals**: ${TOTALS_FIELDS.map((field) => `\`${field}\``).join(", ")}.`)
  })

  test.each([
    `Every value begins with ${VALUE_HEADER_BYTES} bytes`,
    `magic: \`${VALUE_MAGIC}\``,
    `value version: ${VALUE_VERSION} `,
    `\`${Buffer.from(MARKER_KEY).toString()}\` is the marker, JSON with \`id\` and \`format\` (now ${FORMAT_VERSION})`,
    `\`${Buffer.from(TOTALS_KEY).toString()}\` holds counts`,
    `a version byte (${ARCHIVE_VERSION})`,
    `Updates of one append share a value up to ${SHARED_VALUE_BYTES / 1024} KB`,
    `within ${RUN_MS / 1000} s are one run`,
    `one batch (at most ${MAX_BATCH_BYTES / 1024 / 1024} MB)`,
    `tries to write ${PROBE_BYTES / 1024 / 1024} MB`,
    `after ${FIRST_RETRY_MS} ms, twice as long each time, up to ${LAST_RETRY_MS / 1000} s`,
    `counting ${RECORD_OVERHEAD_BYTES} bytes for each record, and at least ${MIN_LOG_BYTES / 1024} KB`,
    `chunks of at most ${MAX_CHUNK_BYTES / 1024} KB`,
    `has ${MAX_COMPACTION_MS / 1000} s and a heap of ${MAX_COMPACTION_HEAP_MB} MB`,
    `more than ${MAX_COMPACTION_BYTES / 1024 / 1024} MB are left alone`,
  ])("says: %s", (sentence) => {
    expect(text).toContain(sentence)
  })

  test("gives the waits after failed compactions", () => {
    expect([FIRST_COMPACTION_RETRY_MS, LAST_COMPACTION_RETRY_MS]).toEqual([60_000, 3_600_000])
    expect(text).toContain("after one minute, then two, up to an hour")
    expect([RESTS_PER_COMPACTION, LONGEST_REST_MS]).toEqual([10, 60_000])
    expect(text).toContain("left alone for ten times as long as it took, 60 s at most")
  })
})

describe("the bytes on disk", () => {
  // Changing these makes existing data folders unreadable: raise FORMAT_VERSION and migrate.
  test("keys", () => {
    expect(hex(recordKey("é", 0x1_0000_0002))).toBe("72c3a9000000000100000002")
    expect(hex(checkpointKey("d", 3, 1))).toBe("636400000000000000000300000001")
    expect(hex(archiveKey("d", 1, 2))).toBe("61640000000000000000010000000000000002")
  })

  test("updates that share a value", () => {
    const key = recordKey("d", 1)
    const payload = sealRecords(key, [
      { time: 1000, author: "ann", update: Uint8Array.of(1, 2) },
      { time: 999, author: "ann", update: Uint8Array.of(3) },
      { time: 999, author: null, update: Uint8Array.of(4) },
    ]).subarray(VALUE_HEADER_BYTES)
    expect(hex(payload)).toBe("03a80f0203616e6e0201024100010300010104")
  })

  test("a sealed value", () => {
    expect(hex(seal("row", Buffer.from("k"), Uint8Array.of(1, 2)))).toBe("4c670106000000024cd6adbe0102")
  })
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex")
}
