import { openMemoryStore } from "../src/index.ts"
import { describeDocumentStore } from "../src/testing.ts"

describeDocumentStore("memory", () => openMemoryStore())
