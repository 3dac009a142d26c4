import { defineConfig } from "@playwright/test"

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  // Each test runs a server and up to three browsers' worth of pages: more workers than cores only makes them time out.
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  // A test that passes only at its second try has found a race; it must not look green.
  retries: 0,
  forbidOnly: process.env["CI"] !== undefined,
  reporter: "list",
})
