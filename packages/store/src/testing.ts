// "@ligature/store/testing": for the tests of stores and of what stands on them. Needs vitest.

export { describeDocumentStore, type DescribeOptions } from "./describe-document-store.ts"
export { openFaultyStore, type FaultyStore } from "./faulty-store.ts"
