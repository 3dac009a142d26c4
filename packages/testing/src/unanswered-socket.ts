/** A WebSocket class whose connections are never answered: what a page without a network has. */
export class UnansweredSocket extends EventTarget {
  binaryType = "blob"
  readonly protocol = ""
  readonly url: string

  constructor(url: string) {
    super()
    this.url = url
  }

  send(): void {
    throw new Error("nobody is there")
  }

  close(): void {
    this.dispatchEvent(new Event("close"))
  }
}
