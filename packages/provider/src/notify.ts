/**
 * Calls every listener, whatever one of them throws: they run inside listeners of the Y.Doc, which a throw would silence for good.
 * What is thrown is reported as an uncaught error, where the page's own error handling sees it.
 */
export function notify<Arguments extends readonly unknown[]>(
  listeners: Iterable<(...args: Arguments) => void>,
  ...args: Arguments
): void {
  for (const listener of listeners) {
    try {
      listener(...args)
    } catch (error) {
      report(error)
    }
  }
}

/** Reports an error that must not stop what goes on here. */
export function report(error: unknown): void {
  if (typeof reportError === "function") reportError(error)
  else console.error(error)
}
