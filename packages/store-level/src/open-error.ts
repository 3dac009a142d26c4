import { StoreError } from "@ligature/store"

/** What a person is told when the data folder cannot be opened: which folder, why, and what to do. */
export function openError(folder: string, cause: unknown): StoreError {
  if (cause instanceof StoreError) return cause
  const codes = codesOf(cause)
  const reason = deepest(cause)
  if (codes.includes("LEVEL_LOCKED")) {
    const message = `The data folder ${folder} is in use by another process; stop that one, or choose another folder.`
    return new StoreError("STORE_LOCKED", message, { cause })
  }
  if (codes.includes("LEVEL_CORRUPTION")) {
    const message = `The data folder ${folder} is damaged (${reason}); run "ligature check" on it, or restore a backup.`
    return new StoreError("STORE_DAMAGED", message, { cause })
  }
  const message = `The data folder ${folder} cannot be opened for writing (${reason}); check its owner, rights and free space, or choose another folder.`
  return new StoreError("STORE_UNWRITABLE", message, { cause })
}

/** The codes of an error and of its causes. */
export function codesOf(error: unknown): string[] {
  const codes: string[] = []
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string") codes.push(at.code)
  }
  return codes
}

function deepest(error: unknown): string {
  let at = error
  while (at instanceof Error && at.cause instanceof Error) at = at.cause
  return at instanceof Error ? at.message : String(at)
}
