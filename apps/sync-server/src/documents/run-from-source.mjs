// Lets the worker that imports it first run TypeScript: only where this repository's tests run from sources, never in the built package.
import { register } from "tsx/esm/api"

register()
