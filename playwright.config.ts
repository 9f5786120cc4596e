import { defineConfig } from '@playwright/test'

/** Run by `npm run e2e`, which builds, finds the browser and gives the tests a server of their own. */
const { APP_ORIGIN, CHROMIUM_PATH, PORT } = process.env
if (!APP_ORIGIN || !CHROMIUM_PATH) throw new Error('Start the browser tests with `npm run e2e`.')

const isRoot = process.getuid?.() === 0

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Bounds for a machine that is busy with other tests, not measures of anything.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  use: {
    baseURL: APP_ORIGIN,
    launchOptions: {
      executablePath: CHROMIUM_PATH,
      // Without these a browser on a closed network asks for hosts that it cannot reach.
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        ...['--disable-background-networking', '--disable-component-update'],
        ...['--disable-sync', '--disable-quic'],
      ],
    },
    trace: 'retain-on-failure',
  },
  webServer: {
    command: 'node lib/server/front.mjs',
    url: `http://127.0.0.1:${PORT}/api/health`,
    reuseExistingServer: false,
    stdout: 'ignore',
  },
})
