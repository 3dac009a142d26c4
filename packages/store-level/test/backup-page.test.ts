import { readFile } from "node:fs/promises"
import { expect, test } from "vitest"
import type { BackupErrorCode } from "../src/backup-error.ts"
import {
  BACKUP_MAGIC,
  BACKUP_VERSION,
  DIGEST_BYTES,
  encodeEnd,
  encodeFrameHead,
  encodeHeader,
  MAX_KEY_BYTES,
} from "../src/backup-file.ts"
import { EXPORT_INDEX, exportFileName } from "../src/export-updates.ts"
import { RECOVERING_ROW } from "../src/restore-backup.ts"

// What docs/storage.md says of backups, the code does.

const page = await readFile(new URL("../../../docs/storage.md", import.meta.url), "utf8")
const text = page.replaceAll(/\s+/g, " ")

/** Exhaustive, as the compiler sees to. */
const CODES: Readonly<Record<BackupErrorCode, true>> = {
  BACKUP_DAMAGED: true,
  BACKUP_NEWER_FORMAT: true,
  BACKUP_UNREADABLE: true,
  TARGET_EXISTS: true,
  TARGET_UNWRITABLE: true,
  NO_SUCH_DOCUMENT: true,
}

test.each([
  `magic: \`${BACKUP_MAGIC}\``,
  `version of the layout: ${BACKUP_VERSION} `,
  `length of the key (at most ${MAX_KEY_BYTES / 1024} KB)`,
  `| ${DIGEST_BYTES} | SHA-256`,
  `the row \`${RECOVERING_ROW}\``,
  `the first ${exportFileName("x").length - "x-.yjs".length} digits of its SHA-256; \`${EXPORT_INDEX}\` lists`,
  ...Object.keys(CODES).map((code) => `| \`${code}\``),
])("docs/storage.md says: %s", (sentence) => {
  expect(text).toContain(sentence)
})

test("the bytes of a backup", () => {
  // Changing these makes the backups that people have unreadable: raise BACKUP_VERSION and keep a way to read the old ones.
  expect(hex(encodeHeader(1_700_000_000_000))).toBe("4c674261636b7570000000010000018bcfe56800")
  expect(hex(encodeFrameHead(Buffer.from("key"), Buffer.alloc(258)))).toBe("0000000300000102")
  expect(hex(encodeEnd({ time: 0, values: 3, documents: 2 }))).toBe("0000000000000000000000030000000000000002")
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex")
}
