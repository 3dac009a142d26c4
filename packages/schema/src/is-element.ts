/** Works for nodes of any document, where `instanceof` would not. */
export function isElement(node: Node | null | undefined): node is HTMLElement {
  return node !== null && node !== undefined && node.nodeType === 1
}
