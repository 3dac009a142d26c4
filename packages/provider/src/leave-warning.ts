/** While `set(true)`, the browser asks before it leaves the page. Outside a browser it does nothing. */
export class LeaveWarning {
  #on = false

  set(on: boolean): void {
    if (on === this.#on || typeof window === "undefined") return
    this.#on = on
    // Only while it is needed: a page with this listener is not kept for the back button.
    if (on) window.addEventListener("beforeunload", ask)
    else window.removeEventListener("beforeunload", ask)
  }
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
